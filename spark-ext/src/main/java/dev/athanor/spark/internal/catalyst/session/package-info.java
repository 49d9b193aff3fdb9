/** Sessions and their settings; builds on nothing of Athanor's, so that {@code platform} may use it. */
package dev.athanor.spark.internal.catalyst.session;
