using System.Buffers;
using System.Text;
using System.Text.Json;
using Hashee.Formats;

namespace Hashee.Agents.Models;

/// <summary>
/// Goes through JSON that lies in memory as a whole. The reader stands on a member's name, or in a list before a value; each of these reads the value that
/// follows. A value that is null is one that is missing, one of another kind is a <see cref="JsonException"/>.
/// </summary>
internal static class JsonReading
{
    extension(ref Utf8JsonReader reader)
    {
        /// <summary>Goes into an object.</summary>
        internal bool TryEnterObject() => reader.TryEnter(JsonTokenType.StartObject);

        /// <summary>Goes into a list.</summary>
        internal bool TryEnterList() => reader.TryEnter(JsonTokenType.StartArray);

        /// <summary>Goes to the next member's name.</summary>
        /// <returns>False behind the last one.</returns>
        internal bool TryReadName() => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

        /// <summary>Goes into the next object of a list.</summary>
        /// <returns>False behind the last one.</returns>
        internal bool TryEnterNextObject()
        {
            if (reader.Read() && reader.TokenType == JsonTokenType.EndArray)
            {
                return false;
            }

            return reader.TokenType == JsonTokenType.StartObject ? true : throw new JsonException();
        }

        /// <summary>A text; half of a surrogate pair reads as U+FFFD.</summary>
        internal string? ReadText()
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                return null;
            }

            if (reader.TokenType != JsonTokenType.String)
            {
                throw new JsonException();
            }

            if (!reader.ValueIsEscaped)
            {
                return Encoding.UTF8.GetString(reader.ValueSpan);
            }

            byte[] utf8 = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
            _ = JsonText.TryResolve(reader.ValueSpan, utf8, out int length);
            string text = Encoding.UTF8.GetString(utf8, 0, length);
            ArrayPool<byte>.Shared.Return(utf8, clearArray: true);
            return text;
        }

        /// <summary>A whole number.</summary>
        internal long? ReadNumber()
        {
            reader.Read();
            return reader.TokenType switch
            {
                JsonTokenType.Null => null,
                JsonTokenType.Number when reader.TryGetInt64(out long number) => number,
                _ => throw new JsonException(),
            };
        }

        /// <summary>Any value, as it is written.</summary>
        /// <param name="json">All that the reader reads.</param>
        internal ReadOnlySpan<byte> ReadRaw(ReadOnlySpan<byte> json)
        {
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            return json[start..(int)reader.BytesConsumed];
        }

        private bool TryEnter(JsonTokenType kind)
        {
            reader.Read();
            return reader.TokenType == kind ? true : reader.TokenType == JsonTokenType.Null ? false : throw new JsonException();
        }
    }
}
