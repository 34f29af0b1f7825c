using System.Text.Json.Nodes;

namespace Hashee.Emulator.Models;

/// <summary>What a model was asked.</summary>
/// <param name="Provider">Whose protocol it came by: <c>openai</c>, <c>anthropic</c>, <c>bedrock</c>.</param>
/// <param name="Model">The model.</param>
/// <param name="IsStreamed">Whether the answer is to come piece by piece.</param>
/// <param name="Headers">Names in any case.</param>
/// <param name="Body">The request's JSON.</param>
internal sealed record ModelRequest(string Provider, string Model, bool IsStreamed, IReadOnlyDictionary<string, string> Headers, JsonObject Body)
{
    /// <summary>The bytes of the body that this was answered with, once it is answered.</summary>
    public int AnswerLength { get; set; }
}
