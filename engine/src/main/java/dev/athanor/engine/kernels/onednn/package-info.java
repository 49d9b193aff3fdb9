/**
 * Products of low precision through oneDNN, where its libraries are on the class path. Entry: {@link
 * dev.athanor.engine.kernels.onednn.OneDnnProvider}, which a service loader finds. The only package that may use
 * {@code org.bytedeco}; nothing may refer to it.
 */
package dev.athanor.engine.kernels.onednn;
