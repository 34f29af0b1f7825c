using Hashee.Formats;
using Hashee.Host;

namespace Hashee.Aws;

/// <summary>A condition, and what the expressions of a request stand on.</summary>
internal sealed class DynamoExpression
{
    /// <summary>
    /// ConditionExpression; null for none. Where it does not hold, nothing is written and the outcome is <see
    /// cref="AwsOutcomeKind.ConditionFailed"/>.
    /// </summary>
    internal string? Condition { get; init; }

    /// <summary>What <c>:placeholders</c> stand for.</summary>
    internal DynamoItem Values { get; init; } = new();

    /// <summary>What <c>#placeholders</c> stand for: names that are reserved words.</summary>
    internal IReadOnlyList<(string Placeholder, string Name)> Names { get; init; } = [];

    /// <summary>Whether the item as it is comes with a condition that does not hold.</summary>
    internal bool ReturnsItemOnFailure { get; init; }

    /// <summary>
    /// Whether the request does no harm when it comes twice. A condition that holds only once does: the second try says that it
    /// failed, though the first one was done. Null: whether there is no condition, and the request is not an update.
    /// </summary>
    internal bool? IsRepeatable { get; init; }

    /// <summary>Writes the members of a request.</summary>
    internal void Write(ByteBuffer request)
    {
        if (Condition is not null)
        {
            request.Append(",\"ConditionExpression\":"u8);
            JsonText.WriteString(request, Condition);
        }

        if (ReturnsItemOnFailure)
        {
            request.Append(",\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\""u8);
        }

        if (Values.Count > 0)
        {
            request.Append(",\"ExpressionAttributeValues\":"u8);
            Values.Write(request);
        }

        for (int i = 0; i < Names.Count; i++)
        {
            request.Append(i == 0 ? ",\"ExpressionAttributeNames\":{"u8 : ","u8);
            JsonText.WriteString(request, Names[i].Placeholder);
            request.Append((byte)':');
            JsonText.WriteString(request, Names[i].Name);
            request.Append(i == Names.Count - 1 ? "}"u8 : default);
        }
    }
}
