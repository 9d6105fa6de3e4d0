package io.github.samboot.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a singleton bean that must not exist in a spare. It is created when its process
 * has become the active instance and, under a quorum policy, the cluster is quorate
 * (unless {@code sam.quorum.gate=traffic}): after the listeners of
 * {@link SamRegisteredEvent}, and before a web server, a listener or a scheduler starts.
 * An application without spares creates it at the same moment.
 * <p>
 * On a configuration class it counts for all its bean methods.
 * <p>
 * A bean that others inject is created with the first of them. Let those inject an
 * {@code ObjectProvider}, or mark them, too. A {@code SmartLifecycle} always exists
 * before any of them starts: it needs no mark, and does what must wait in its
 * {@code start} method.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface ActiveInstanceOnly {

}
