package io.github.camelllm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLConnection;
import java.nio.channels.SocketChannel;

/** Upper rooms know lower ones, never the other way round; rooms of one floor may know each other without cycles. */
@AnalyzeClasses(packages = "io.github.camelllm", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {
    private static final String CHAT = "io.github.camelllm.chat..";
    private static final String WIRE = "io.github.camelllm.wire..";
    private static final String CATALOG = "io.github.camelllm.catalog..";
    private static final String TOKENS = "io.github.camelllm.tokens..";
    private static final String TRANSPORT = "io.github.camelllm.transport..";
    private static final String CALL = "io.github.camelllm.call..";
    private static final String ROUTER = "io.github.camelllm.router..";
    private static final String BATCH = "io.github.camelllm.batch..";
    private static final String BUDGET = "io.github.camelllm.budget..";
    private static final String LIMIT = "io.github.camelllm.limit..";
    private static final String CACHE = "io.github.camelllm.cache..";
    private static final String COMPONENT = "io.github.camelllm.component..";

    @ArchTest
    static final ArchRule roomsKnowOnlyLowerRooms = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer("chat")
            .definedBy(CHAT)
            .layer("wire")
            .definedBy(WIRE)
            .layer("catalog, tokens, transport")
            .definedBy(CATALOG, TOKENS, TRANSPORT)
            .layer("call")
            .definedBy(CALL)
            .layer("router, batch, budget, limit, cache")
            .definedBy(ROUTER, BATCH, BUDGET, LIMIT, CACHE)
            .layer("component")
            .definedBy(COMPONENT)
            .whereLayer("chat")
            .mayNotAccessAnyLayer()
            .whereLayer("wire")
            .mayOnlyAccessLayers("chat")
            .whereLayer("catalog, tokens, transport")
            .mayOnlyAccessLayers("wire", "chat")
            .whereLayer("call")
            .mayOnlyAccessLayers("catalog, tokens, transport", "wire", "chat")
            .whereLayer("router, batch, budget, limit, cache")
            .mayOnlyAccessLayers("call", "catalog, tokens, transport", "wire", "chat")
            .whereLayer("component")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule everyClassLivesInARoom = classes()
            .should()
            .resideInAnyPackage(
                    CHAT, WIRE, CATALOG, TOKENS, TRANSPORT, CALL, ROUTER, BATCH, BUDGET, LIMIT, CACHE, COMPONENT)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packagesHaveNoCycles = slices().matching("io.github.camelllm.(**)")
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule chatKnowsOnlyTheJdk = classes()
            .that()
            .resideInAPackage(CHAT)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(CHAT, "java..", "org.jspecify..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTransportOpensSockets = noClasses()
            .that()
            .resideOutsideOfPackage(TRANSPORT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.hc..", "java.net.http..", "io.vertx..", "io.netty..")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Socket.class, ServerSocket.class, URLConnection.class, SocketChannel.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyComponentKnowsCamel = noClasses()
            .that()
            .resideOutsideOfPackage(COMPONENT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.camel..")
            .allowEmptyShould(true);
}
