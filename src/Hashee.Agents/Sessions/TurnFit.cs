using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Sessions;

/// <summary>Makes turns fit into an item of DynamoDB, which has 400 KB for everything.</summary>
internal static class TurnFit
{
    /// <summary>The bytes of JSON that a turn may have.</summary>
    public const int Largest = 300 * 1024;

    /// <summary>A reply that still stands beside a note of where the rest is.</summary>
    private const int LongestReply = 30 * 1024;

    private const string LeftOut = "[left out: too large to keep]";

    /// <summary>The turn without its longest tool results and attachments, as few as need be.</summary>
    /// <exception cref="SessionException">It is still too large.</exception>
    public static ReadOnlyMemory<byte> Shrink(StoredTurn turn)
    {
        ReadOnlyMemory<byte> json = turn.ToJson();
        HashSet<AIContent> left = new(ReferenceEqualityComparer.Instance);
        foreach (AIContent longest in turn.Messages.SelectMany(static message => message.Contents).Where(IsCandidate).OrderByDescending(SizeOf).ToArray())
        {
            if (json.Length <= Largest)
            {
                break;
            }

            left.Add(longest);
            json = (turn with { HasLeftOut = true, Messages = [.. turn.Messages.Select(message => Without(message, left))] }).ToJson();
        }

        return json.Length <= Largest ? json : throw new SessionException(new Failure(
            FailureKind.Own,
            "turn_too_large",
            $"the turn has {json.Length} bytes without its tool results and attachments, and {Largest} can be kept: SESSION_BUCKET keeps larger ones"));
    }

    /// <summary>What is kept of a turn whose whole is in the conversation's file.</summary>
    public static StoredTurn Note(StoredTurn turn) => turn with
    {
        Messages = [],
        Reply = turn.Reply?.Length <= LongestReply ? turn.Reply : null,
        Said = turn.Said with { Written = turn.Said.Written.Length <= LongestReply ? turn.Said.Written : "" },
        IsInFile = true,
    };

    private static bool IsCandidate(AIContent content) => content is FunctionResultContent or DataContent or UnknownContent;

    private static int SizeOf(AIContent content) => content switch
    {
        DataContent data => data.Uri.Length,
        UnknownContent unknown => unknown.Json.GetRawText().Length,
        _ => (content as FunctionResultContent)?.Result?.ToString()?.Length ?? 0,
    };

    private static ChatMessage Without(ChatMessage message, HashSet<AIContent> left)
    {
        if (!message.Contents.Any(left.Contains))
        {
            return message;
        }

        ChatMessage rest = message.Clone();
        rest.Contents = [.. message.Contents.Select(content => !left.Contains(content) ? content
            : content is FunctionResultContent result ? new FunctionResultContent(result.CallId, LeftOut)
            : new TextContent(LeftOut))];
        return rest;
    }
}
