package io.github.camelllm.routes.gateway;

import io.github.camelllm.catalog.Model;
import io.github.camelllm.catalog.ModelCatalog;
import io.github.camelllm.chat.ModelInfo;
import io.github.camelllm.component.LlmComponent;
import io.github.camelllm.router.ModelRef;
import io.github.camelllm.routes.gateway.keys.Caller;
import io.github.camelllm.wire.anthropic.AnthropicDialect;
import io.github.camelllm.wire.gemini.GeminiServerAnswers;
import io.github.camelllm.wire.openai.OpenAiModelsServer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;

/**
 * The models that clients are told of: the aliases, and what the allow-list names. A glob such as {@code openai/*} stands for the
 * models that the catalogue knows of that provider.
 */
final class ModelList {
    private static final String GEMINI_RESOURCE = "models/";

    private final CamelContext context;

    ModelList(CamelContext context) {
        this.context = context;
    }

    byte[] answer(GatewayRequest request, Caller caller, GatewayConfig config) {
        if (request.model().isEmpty()) {
            List<ModelInfo> models = names(config).stream()
                    .filter(name -> isOffered(name, caller, config))
                    .map(name -> info(name, config))
                    .toList();
            return list(request.api(), models);
        }
        String name = request.model();
        GatewayState.of(context).targets().resolve(name, config);
        if (!isOffered(name, caller, config)) {
            throw Refusals.invalid(Refusals.NOT_FOUND, "there is no such model here");
        }
        return one(request.api(), info(name, config));
    }

    private static boolean isOffered(String name, Caller caller, GatewayConfig config) {
        return config.anyone().mayUse(name) && caller.mayUse(name);
    }

    private ModelCatalog known() {
        return context.getComponent("llm", LlmComponent.class).models();
    }

    private Set<String> names(GatewayConfig config) {
        Set<String> names = new TreeSet<>(config.aliases().keySet());
        for (String glob : config.models()) {
            int star = glob.indexOf('*');
            int slash = glob.indexOf('/');
            if (star < 0) {
                names.add(glob);
            } else if (slash > 0 && slash < star) {
                String provider = glob.substring(0, slash);
                known().models(provider).forEach(model -> names.add(provider + "/" + model.id()));
            }
        }
        return names;
    }

    private ModelInfo info(String name, GatewayConfig config) {
        ModelRef target = config.aliases().get(name);
        if (target == null && name.indexOf('/') > 0) {
            target = ModelRef.parse(name);
        }
        Optional<Model> known = target == null ? Optional.empty() : known().find(target.provider(), target.model());
        return new ModelInfo(
                name,
                Optional.empty(),
                Optional.ofNullable(target).map(ModelRef::provider),
                Optional.empty(),
                known.map(Model::contextWindowTokens).orElse(OptionalLong.empty()),
                known.map(Model::maxOutputTokens).orElse(OptionalLong.empty()));
    }

    private static byte[] list(ClientApi api, List<ModelInfo> models) {
        switch (api) {
            case ANTHROPIC:
                return ((AnthropicDialect) api.dialect()).modelList().encodeAnswer(models, false);
            case GEMINI:
                return GeminiServerAnswers.models(
                        models.stream().map(ModelList::asResource).toList(), Optional.empty());
            default:
                return OpenAiModelsServer.encode(models);
        }
    }

    private static byte[] one(ClientApi api, ModelInfo model) {
        switch (api) {
            case ANTHROPIC:
                return ((AnthropicDialect) api.dialect()).modelList().encodeAnswer(model);
            case GEMINI:
                return GeminiServerAnswers.model(asResource(model));
            default:
                return OpenAiModelsServer.encode(model);
        }
    }

    /** As Gemini's API names it: clients take {@code models/} off again, or send it. */
    private static ModelInfo asResource(ModelInfo model) {
        return new ModelInfo(
                GEMINI_RESOURCE + model.id(),
                Optional.of(model.displayName().orElse(model.id())),
                model.ownedBy(),
                model.created(),
                model.contextWindowTokens(),
                model.maxOutputTokens());
    }
}
