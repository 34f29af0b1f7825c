using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>What all providers' requests are made of in the same way. A <see cref="NotSupportedException"/> names what there is no form for.</summary>
internal static class ModelInput
{
    /// <summary>The declarations among the tools; a hosted tool is none that these clients could offer.</summary>
    internal static List<AIFunctionDeclaration> FunctionsOf(ChatOptions? options)
    {
        List<AIFunctionDeclaration> functions = [];
        foreach (AITool tool in options?.Tools ?? [])
        {
            functions.Add(tool as AIFunctionDeclaration ?? throw new NotSupportedException($"the tool {tool.Name}, which is no function"));
        }

        return functions;
    }

    /// <summary>The instructions, and what was said by the system.</summary>
    internal static List<string> SystemTextsOf(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        List<string> texts = [];
        if (!string.IsNullOrWhiteSpace(options?.Instructions))
        {
            texts.Add(options.Instructions);
        }

        foreach (ChatMessage message in messages)
        {
            if (message.Role == ChatRole.System && !string.IsNullOrWhiteSpace(message.Text))
            {
                texts.Add(message.Text);
            }
        }

        return texts;
    }

    /// <summary>
    /// The conversation as those want it who take turns: it begins with the user, what one side says in a row is one message, results stand first in it, and
    /// nothing in it is blank. Where no tools are offered, earlier calls and results are told as texts: there is no other form for them then.
    /// </summary>
    internal static List<(bool IsAnswer, List<AIContent> Contents)> TurnsOf(IReadOnlyList<ChatMessage> messages, bool hasTools)
    {
        List<(bool IsAnswer, List<AIContent> Contents)> turns = [];
        foreach (ChatMessage message in messages)
        {
            bool isAnswer = message.Role == ChatRole.Assistant;
            foreach (AIContent content in message.Contents)
            {
                if (message.Role == ChatRole.System || IsNothing(content))
                {
                    continue;
                }

                if (turns.Count == 0 && isAnswer)
                {
                    turns.Add((false, [new TextContent("(no text)")]));
                }

                if (turns.Count == 0 || turns[^1].IsAnswer != isAnswer)
                {
                    turns.Add((isAnswer, []));
                }

                List<AIContent> contents = turns[^1].Contents;
                AIContent told = hasTools ? content : TellCall(content);
                bool isResult = told is FunctionResultContent;
                contents.Insert(isResult ? contents.FindLastIndex(static other => other is FunctionResultContent) + 1 : contents.Count, told);
            }
        }

        return turns;
    }

    /// <summary>The schema of a tool's arguments: an object, also of a tool that has none.</summary>
    internal static void WriteSchema(Utf8JsonWriter json, AIFunctionDeclaration function)
    {
        if (function.JsonSchema.ValueKind == JsonValueKind.Object)
        {
            function.JsonSchema.WriteTo(json);
            return;
        }

        json.WriteStartObject();
        json.WriteString("type"u8, "object"u8);
        json.WriteStartObject("properties"u8);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What a model is shown of a tool's result: a text as it is, anything else as JSON.</summary>
    internal static string TextOf(FunctionResultContent result)
    {
        switch (result.Result)
        {
            case string text:
                return text;
            case JsonElement { ValueKind: JsonValueKind.String } text:
                return text.GetString()!;
            case TextContent text:
                return text.Text;
        }

        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            if (!ToolArguments.TryWriteValue(json, result.Result))
            {
                throw new NotSupportedException("a tool's result that is neither a text, JSON, a number nor a truth value");
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>The arguments of a call as a text.</summary>
    internal static string ArgumentsOf(FunctionCallContent call)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            ToolArguments.Write(json, call);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>The media type without its parameters, in lower case.</summary>
    internal static string TypeOf(string mediaType)
    {
        int end = mediaType.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? mediaType : mediaType[..end]).Trim().ToLowerInvariant();
    }

    /// <summary>Whether the bytes are a text that a model reads as it is.</summary>
    internal static bool IsText(string type) =>
        type.StartsWith("text/", StringComparison.Ordinal) || type is "application/json" or "application/xml" or "application/yaml";

    /// <summary>Whether all providers see such a picture.</summary>
    internal static bool IsImage(string type) => type is "image/png" or "image/jpeg" or "image/gif" or "image/webp";

    /// <summary>The text that an attachment is, under its name.</summary>
    internal static string TextOf(DataContent data)
    {
        string text = Encoding.UTF8.GetString(data.Data.Span);
        return string.IsNullOrEmpty(data.Name) ? text : $"{data.Name}:\n\n{text}";
    }

    internal static NotSupportedException NoForm(AIContent content) => new(content switch
    {
        DataContent data => $"content of the type {Shown(data.MediaType)}",
        UriContent uri => $"the address of content of the type {Shown(uri.MediaType)}",
        _ => $"a {content.GetType().Name} in this place",
    });

    /// <summary>Reasoning that a provider has not signed is nobody's business any more.</summary>
    private static bool IsNothing(AIContent content) => content switch
    {
        TextContent text => string.IsNullOrWhiteSpace(text.Text),
        TextReasoningContent thought => string.IsNullOrEmpty(thought.ProtectedData),
        _ => content is UsageContent or ErrorContent,
    };

    private static AIContent TellCall(AIContent content) => content switch
    {
        FunctionCallContent call => new TextContent($"[The tool {call.Name} was called with {ArgumentsOf(call)}]"),
        FunctionResultContent result => new TextContent($"[The tool's result: {TextOf(result)}]"),
        _ => content,
    };

    /// <summary>Media types come from whoever attached something.</summary>
    private static string Shown(string mediaType)
    {
        string type = TypeOf(mediaType);
        bool isToken = type.Length <= 64 && type.All(static character => char.IsAsciiLetterOrDigit(character) || character is '/' or '.' or '+' or '-');
        return isToken ? type : "that was given";
    }
}
