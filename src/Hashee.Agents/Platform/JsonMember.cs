using System.Text.Json;

namespace Hashee.Agents.Platform;

/// <summary>Looks into JSON of which nothing is certain: what is missing or of another type is simply not there.</summary>
internal static class JsonMember
{
    extension(JsonElement owner)
    {
        /// <summary>The value of a property; of the kind <see cref="JsonValueKind.Undefined"/> when there is none.</summary>
        public JsonElement Member(string name) =>
            owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(name, out JsonElement value) ? value : default;

        /// <summary>The text of a property; null when it is no text, or not Unicode (a lone surrogate).</summary>
        public string? TextMember(string name)
        {
            try
            {
                JsonElement value = owner.Member(name);
                return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }
    }
}
