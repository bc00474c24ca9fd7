package io.github.camelllm.routes.ledger;

import java.util.Map;

/**
 * How a ledger is doing.
 *
 * @param node this process's name in the ledger
 * @param journaled records that this process has put into the journal
 * @param booked records that this process has taken from the journal into the database, those of earlier processes included
 * @param lost records that could not be kept anywhere
 * @param rejected records that the database refused, kept in files
 * @param lagBytes bytes of the journal that are not in the database yet
 * @param journalBytes bytes of the journal on the disk
 * @param underWay attempts that were kept before they were sent and have not ended
 * @param alarms what is wrong now, with a text for people
 */
public record LedgerState(
        String node,
        long journaled,
        long booked,
        long lost,
        long rejected,
        long lagBytes,
        long journalBytes,
        int underWay,
        Map<LedgerAlarm, String> alarms) {
    public LedgerState {
        alarms = Map.copyOf(alarms);
    }
}
