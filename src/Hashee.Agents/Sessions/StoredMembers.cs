using System.Text.Json;

namespace Hashee.Agents.Sessions;

/// <summary>
/// Members of a JSON object that this version does not know: kept beside what was read (as its <c>RawRepresentation</c>), and written again with it.
/// </summary>
/// <param name="members">The members.</param>
internal sealed class StoredMembers(IReadOnlyList<JsonProperty> members)
{
    /// <summary>The members of an object that are not among those that were read; null when there are none.</summary>
    public static StoredMembers? Of(JsonElement json, params ReadOnlySpan<string> known)
    {
        List<JsonProperty>? others = null;
        foreach (JsonProperty member in json.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                (others ??= []).Add(member);
            }
        }

        return others is null ? null : new StoredMembers(others);
    }

    public void Write(Utf8JsonWriter json)
    {
        foreach (JsonProperty member in members)
        {
            member.WriteTo(json);
        }
    }
}
