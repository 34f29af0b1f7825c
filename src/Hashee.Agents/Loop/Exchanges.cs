using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>Tool calls and their results in what was said: providers refuse one without the other.</summary>
internal static class Exchanges
{
    /// <summary>The calls that the last message of the model asks for, and nobody has answered.</summary>
    public static List<FunctionCallContent> Unanswered(IList<ChatMessage> messages)
    {
        List<FunctionCallContent> calls = [];
        foreach (ChatMessage message in messages)
        {
            if (message.Role == ChatRole.Assistant)
            {
                calls = [.. message.Contents.OfType<FunctionCallContent>()];
            }
            else
            {
                foreach (FunctionResultContent result in message.Contents.OfType<FunctionResultContent>())
                {
                    calls.RemoveAll(call => call.CallId == result.CallId);
                }
            }
        }

        return calls;
    }

    /// <summary>
    /// The same messages without calls that have no result and results that have no call: of a turn that was cut, or left unfinished for good.
    /// </summary>
    public static List<ChatMessage> Whole(IReadOnlyList<ChatMessage> messages)
    {
        List<ChatMessage> whole = [];
        HashSet<string> open = [];
        for (int i = 0; i < messages.Count; i++)
        {
            ChatMessage message = messages[i];
            List<AIContent> kept = [];
            if (message.Role == ChatRole.Assistant)
            {
                HashSet<string> answered = ResultsBehind(messages, i);
                open = [];
                foreach (AIContent content in message.Contents)
                {
                    if (content is not FunctionCallContent call || (answered.Contains(call.CallId) && open.Add(call.CallId)))
                    {
                        kept.Add(content);
                    }
                }
            }
            else
            {
                kept.AddRange(message.Contents.Where(content => content is not FunctionResultContent result || open.Remove(result.CallId)));
            }

            if (kept.Count > 0)
            {
                whole.Add(kept.Count == message.Contents.Count ? message : new ChatMessage(message.Role, kept));
            }
        }

        return whole;
    }

    private static HashSet<string> ResultsBehind(IReadOnlyList<ChatMessage> messages, int index)
    {
        HashSet<string> results = [];
        for (int i = index + 1; i < messages.Count && messages[i].Role != ChatRole.Assistant; i++)
        {
            results.UnionWith(messages[i].Contents.OfType<FunctionResultContent>().Select(static result => result.CallId));
        }

        return results;
    }
}
