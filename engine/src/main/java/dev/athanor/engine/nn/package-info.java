/** Networks: their specification as data, their parameters, and how they are recorded on a tape. */
package dev.athanor.engine.nn;
