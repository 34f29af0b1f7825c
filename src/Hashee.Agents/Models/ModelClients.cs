using System.Buffers;
using Hashee.Aws;
using Hashee.Host;

namespace Hashee.Agents.Models;

/// <summary>Makes the model that the environment names.</summary>
internal static class ModelClients
{
    internal const string ModelVariable = "HASHEE_MODEL";

    private const string DefaultOpenAI = "https://api.openai.com/v1";
    private const string DefaultAnthropic = "https://api.anthropic.com";
    private const string RegionVariable = "BEDROCK_REGION";
    private const string AccessKeyVariable = "BEDROCK_ACCESS_KEY_ID";
    private const string SecretKeyVariable = "BEDROCK_SECRET_ACCESS_KEY";
    private const string SessionTokenVariable = "BEDROCK_SESSION_TOKEN";
    private const string BearerVariable = "AWS_BEARER_TOKEN_BEDROCK";

    /// <summary>What may stand in a header and in a request's path without more ado.</summary>
    private static readonly SearchValues<char> Visible = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Makes the model that <c>HASHEE_MODEL</c> names, and opens nothing.</summary>
    /// <param name="settings">Collects what is missing or malformed.</param>
    /// <returns>Unusable unless <see cref="Configuration.ThrowIfInvalid"/> finds nothing.</returns>
    internal static ModelClient Create(Configuration settings)
    {
        string name = settings.Text(ModelVariable, EchoModel.Provider);
        int colon = name.IndexOf(':', StringComparison.Ordinal);
        string provider = colon < 0 ? name : name[..colon];
        string model = colon < 0 ? "" : name[(colon + 1)..];
        switch (provider)
        {
            case EchoModel.Provider when colon < 0:
                return new EchoModel();
            case OpenAIModel.Provider when IsVisible(model):
                return CreateOpenAI(settings, model);
            case AnthropicModel.Provider when IsVisible(model):
                return CreateAnthropic(settings, model);
            case BedrockModel.Provider when IsVisible(model):
                return CreateBedrock(settings, model);
            case "claude-code" when colon < 0:
                settings.Malformed(ModelVariable, "can be claude-code in the image of that name only");
                return new EchoModel();
            default:
                settings.Malformed(
                    ModelVariable, "must be echo, openai:<model>, anthropic:<model>, or bedrock: with a model's id, opus, sonnet or haiku behind it");
                return new EchoModel();
        }
    }

    private static ModelClient CreateOpenAI(Configuration settings, string model)
    {
        string key = RequireKey(settings, OpenAIModel.KeyVariable);
        HttpUrl url = settings.UrlOrDefault(OpenAIModel.UrlVariable, DefaultOpenAI);
        return url.Path is null ? new EchoModel() : new OpenAIModel(model, key, url);
    }

    private static ModelClient CreateAnthropic(Configuration settings, string model)
    {
        string key = RequireKey(settings, AnthropicModel.KeyVariable);
        HttpUrl url = settings.UrlOrDefault(AnthropicModel.UrlVariable, DefaultAnthropic);
        return url.Path is null ? new EchoModel() : new AnthropicModel(model, key, url);
    }

    /// <summary>Keys of Bedrock's own are another account's: they are taken together, and never replace the function's for anything else.</summary>
    private static ModelClient CreateBedrock(Configuration settings, string model)
    {
        string id = BedrockIdOf(settings, model);
        string regionVariable = Configuration.Optional(RegionVariable) is null ? "AWS_REGION" : RegionVariable;
        string region = settings.Require(regionVariable);
        string? bearer = Configuration.Optional(BearerVariable) is null ? null : RequireKey(settings, BearerVariable);
        bool hasOwnKeys = Configuration.Optional(AccessKeyVariable) is not null || Configuration.Optional(SecretKeyVariable) is not null
            || Configuration.Optional(SessionTokenVariable) is not null;
        string accessKey = hasOwnKeys ? AccessKeyVariable : "AWS_ACCESS_KEY_ID";
        string secretKey = hasOwnKeys ? SecretKeyVariable : "AWS_SECRET_ACCESS_KEY";
        AwsSettings aws = new()
        {
            Region = region,
            AccessKeyId = bearer is null ? settings.Require(accessKey) : "",
            SecretAccessKey = bearer is null ? settings.RequireBytes(secretKey).ToArray() : [],
            SessionToken = bearer is null ? Configuration.Optional(hasOwnKeys ? SessionTokenVariable : "AWS_SESSION_TOKEN") : null,
            CertificateBundle = Configuration.Optional("AWS_CA_BUNDLE"),
        };
        Origin? endpoint = AwsEndpoint.Read(settings, BedrockClient.EndpointVariable);
        try
        {
            return new BedrockModel(id, new BedrockClient(aws, endpoint, bearer));
        }
        catch (ConfigurationException)
        {
            if (region.Length > 0)
            {
                settings.Malformed(regionVariable, "must be a region's name such as eu-central-1");
            }

            return new EchoModel();
        }
    }

    /// <summary>Which model is the newest of its size, and in which regions it is, changes too often to stand here.</summary>
    private static string BedrockIdOf(Configuration settings, string model)
    {
        string? variable = model switch
        {
            "opus" => "ANTHROPIC_DEFAULT_OPUS_MODEL",
            "sonnet" => "ANTHROPIC_DEFAULT_SONNET_MODEL",
            "haiku" => "ANTHROPIC_DEFAULT_HAIKU_MODEL",
            _ => null,
        };
        if (variable is null)
        {
            return model;
        }

        string id = settings.Require(variable);
        if (id.Length > 0 && !IsVisible(id))
        {
            settings.Malformed(variable, "must be the id of a model or an inference profile of Bedrock");
        }

        return id;
    }

    private static string RequireKey(Configuration settings, string variable)
    {
        string key = settings.Require(variable);
        if (key.Length > 0 && !IsVisible(key))
        {
            settings.Malformed(variable, "must be a key as the provider shows it: no white space, ASCII only");
        }

        return key;
    }

    private static bool IsVisible(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Visible);
}
