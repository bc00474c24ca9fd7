package io.github.camelllm.call;

/**
 * Gets exactly one record for each attempt. Beans of this type in Camel's registry are found by themselves. Called on an
 * I/O thread before the route goes on: return quickly. An exception is logged and does not touch the call.
 */
public interface CallRecordListener {
    void onRecord(CallRecord record);
}
