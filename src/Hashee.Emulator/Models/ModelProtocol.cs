using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hashee.Emulator.Models;

/// <summary>How one provider is asked, and how it answers.</summary>
internal abstract class ModelProtocol
{
    /// <summary>What <c>HASHEE_MODEL</c> calls the provider.</summary>
    public abstract string Provider { get; }

    /// <summary>The content type of a stream.</summary>
    public abstract string StreamType { get; }

    /// <summary>Looks at a request as the provider does.</summary>
    /// <returns>The model, and whether the answer is to be streamed.</returns>
    /// <exception cref="ModelRefusalException">The provider would not take it.</exception>
    public abstract (string Model, bool IsStreamed) Check(HttpRequest request, byte[] body, JsonObject json);

    /// <summary>A whole answer.</summary>
    public abstract JsonObject Whole(ModelAnswer answer, string model);

    /// <summary>The events of a stream, as they are on the wire.</summary>
    public abstract IEnumerable<byte[]> Stream(ModelAnswer answer, ModelRequest request);

    /// <summary>An error.</summary>
    public abstract JsonObject Error(int status, string? code, string message);

    /// <summary>Where an error's code stands beside the body.</summary>
    public virtual void AddErrorHeaders(HttpResponse response, int status, string? code)
    {
    }

    protected static byte[] Event(string? name, JsonObject data) =>
        Encoding.UTF8.GetBytes($"{(name is null ? "" : $"event: {name}\n")}data: {data.ToJsonString()}\n\n");

    /// <summary>Cuts a text into pieces that do not respect what it means.</summary>
    protected static IEnumerable<string> Pieces(string text)
    {
        for (int i = 0; i < text.Length; i += 5)
        {
            yield return text[i..Math.Min(i + 5, text.Length)];
        }
    }

    /// <summary>Arguments as an object, which they are in a whole answer even when the model wrote nonsense.</summary>
    protected static JsonNode Parse(string arguments)
    {
        try
        {
            return JsonNode.Parse(arguments) ?? new JsonObject();
        }
        catch (JsonException)
        {
            return JsonValue.Create(arguments);
        }
    }

    /// <summary>Refuses members that nobody knows.</summary>
    protected static void CheckMembers(JsonObject json, string code, params ReadOnlySpan<string> known)
    {
        foreach ((string name, _) in json)
        {
            Require(known.Contains(name), code, $"{name}: extra inputs are not permitted");
        }
    }

    protected static void Require(bool holds, string code, string message)
    {
        if (!holds)
        {
            throw new ModelRefusalException(StatusCodes.Status400BadRequest, code, message);
        }
    }

    /// <summary>The objects of a list; a missing one is empty.</summary>
    protected static IEnumerable<JsonObject> Objects(JsonNode? list, string code, string name)
    {
        Require(list is null or JsonArray, code, $"{name}: must be a list");
        foreach (JsonNode? item in list?.AsArray() ?? [])
        {
            Require(item is JsonObject, code, $"{name}: must hold objects");
            yield return item!.AsObject();
        }
    }

    protected static string Text(JsonObject json, string name, string code)
    {
        bool isText = json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String;
        Require(isText, code, $"{name}: a string is required");
        return json[name]!.GetValue<string>();
    }

    protected static bool Flag(JsonObject json, string name) => json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.True;
}
