package io.github.camelllm.routes.ledger;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Undoes the mapping of a file at once. Left to the garbage collector, it holds the file's room on the disk long after the file is
 * deleted. The JDK has no other way to it before version 22; one that has not even this leaves it to the collector.
 */
final class Unmapping {
    private static final Logger LOG = LoggerFactory.getLogger(Unmapping.class);

    private final @Nullable MethodHandle cleaner;

    private Unmapping(@Nullable MethodHandle cleaner) {
        this.cleaner = cleaner;
    }

    static Unmapping find() {
        try {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            Field instance = unsafe.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            return new Unmapping(MethodHandles.lookup()
                    .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(instance.get(null)));
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("Mapped files are left to the garbage collector", e);
            return new Unmapping(null);
        }
    }

    /** @param memory must not be used afterwards */
    void unmap(MappedByteBuffer memory) {
        if (cleaner == null) {
            return;
        }
        try {
            cleaner.invokeExact((ByteBuffer) memory);
        } catch (Throwable e) {
            throw new IllegalStateException("A mapped file is still mapped", e);
        }
    }
}
