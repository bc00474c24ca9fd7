package io.github.camelllm.transport;

/**
 * What a transport holds at one moment.
 *
 * @param connections open connections, idle ones included
 * @param connecting connections being made
 * @param inFlight exchanges that were started and have not ended, waiting ones included
 * @param pending exchanges that wait for a connection
 */
public record TransportStats(int connections, int connecting, int inFlight, int pending) {}
