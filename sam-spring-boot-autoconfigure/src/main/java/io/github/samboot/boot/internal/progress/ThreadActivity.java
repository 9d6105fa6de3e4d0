package io.github.samboot.boot.internal.progress;

/**
 * What one thread of an executor does at one moment.
 *
 * @param id the thread
 * @param mark changes when the thread, or one that holds what it waits for, has run
 * @param stuck whether it may stay like this for ever: it waits within this process, and
 * for no limited time
 * @param place the class and method it waits in
 */
record ThreadActivity(long id, long mark, boolean stuck, String place) {

}
