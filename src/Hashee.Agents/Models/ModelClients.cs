using System.Buffers;
using Hashee.Host;

namespace Hashee.Agents.Models;

/// <summary>Makes the model that the environment names.</summary>
internal static class ModelClients
{
    internal const string ModelVariable = "HASHEE_MODEL";

    private const string DefaultOpenAI = "https://api.openai.com/v1";

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
            case "claude-code":
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
