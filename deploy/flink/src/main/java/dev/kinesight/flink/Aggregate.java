package dev.kinesight.flink;

import java.io.Serializable;

/**
 * A column of the result.
 *
 * @param field the place of its number in what a reading has; -1 for a count of all records
 */
record Aggregate(String name, Function function, int field) implements Serializable {}
