using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Sessions;

/// <summary>Content of a type that this version does not know, or does not understand: it goes out of a store and in again as it is.</summary>
/// <param name="json">The content.</param>
internal sealed class UnknownContent(JsonElement json) : AIContent
{
    public JsonElement Json => json;
}
