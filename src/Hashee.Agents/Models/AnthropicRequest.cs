using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>Writes requests for Messages.</summary>
internal readonly struct AnthropicRequest(Utf8JsonWriter json)
{
    /// <summary>A request must say how long the answer may be.</summary>
    private const int DefaultTokens = 4096;

    internal void Write(string model, IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreamed)
    {
        List<AIFunctionDeclaration> functions = ModelInput.FunctionsOf(options);
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteNumber("max_tokens"u8, options?.MaxOutputTokens ?? DefaultTokens);
        if (ModelInput.SystemTextsOf(messages, options) is { Count: > 0 } system)
        {
            json.WriteString("system"u8, string.Join("\n\n", system));
        }

        json.WriteStartArray("messages"u8);
        foreach ((bool isAnswer, List<AIContent> contents) in ModelInput.TurnsOf(messages, functions.Count > 0))
        {
            WriteMessage(isAnswer, contents);
        }

        json.WriteEndArray();
        WriteOptions(options);
        WriteTools(functions, options);
        if (isStreamed)
        {
            json.WriteBoolean("stream"u8, true);
        }

        json.WriteEndObject();
    }

    private void WriteOptions(ChatOptions? options)
    {
        if (options?.Temperature is { } temperature)
        {
            json.WriteNumber("temperature"u8, temperature);
        }

        if (options?.TopP is { } topP)
        {
            json.WriteNumber("top_p"u8, topP);
        }

        if (options?.StopSequences is { Count: > 0 } stops)
        {
            json.WriteStartArray("stop_sequences"u8);
            foreach (string stop in stops)
            {
                json.WriteStringValue(stop);
            }

            json.WriteEndArray();
        }
    }

    private void WriteTools(List<AIFunctionDeclaration> functions, ChatOptions? options)
    {
        if (functions.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (AIFunctionDeclaration function in functions)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, function.Name);
            if (function.Description.Length > 0)
            {
                json.WriteString("description"u8, function.Description);
            }

            json.WritePropertyName("input_schema"u8);
            ModelInput.WriteSchema(json, function);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        bool isSingle = options!.AllowMultipleToolCalls == false;
        if (options.ToolMode is RequiredChatToolMode or NoneChatToolMode || isSingle)
        {
            json.WriteStartObject("tool_choice"u8);
            string? name = (options.ToolMode as RequiredChatToolMode)?.RequiredFunctionName;
            json.WriteString("type"u8, options.ToolMode switch
            {
                NoneChatToolMode => "none"u8,
                RequiredChatToolMode => name is null ? "any"u8 : "tool"u8,
                _ => "auto"u8,
            });
            if (name is not null)
            {
                json.WriteString("name"u8, name);
            }

            if (isSingle && options.ToolMode is not NoneChatToolMode)
            {
                json.WriteBoolean("disable_parallel_tool_use"u8, true);
            }

            json.WriteEndObject();
        }
    }

    private void WriteMessage(bool isAnswer, List<AIContent> contents)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, isAnswer ? "assistant"u8 : "user"u8);
        if (contents is [TextContent text])
        {
            json.WriteString("content"u8, text.Text);
        }
        else
        {
            json.WriteStartArray("content"u8);
            foreach (AIContent content in contents)
            {
                json.WriteStartObject();
                WriteBlock(content, isAnswer);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteBlock(AIContent content, bool isAnswer)
    {
        switch (content)
        {
            case TextContent text:
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, text.Text);
                break;
            case TextReasoningContent { Text.Length: > 0 } thought when isAnswer:
                json.WriteString("type"u8, "thinking"u8);
                json.WriteString("thinking"u8, thought.Text);
                json.WriteString("signature"u8, thought.ProtectedData);
                break;
            case TextReasoningContent thought when isAnswer:
                json.WriteString("type"u8, "redacted_thinking"u8);
                json.WriteString("data"u8, thought.ProtectedData);
                break;
            case FunctionCallContent call when isAnswer:
                json.WriteString("type"u8, "tool_use"u8);
                json.WriteString("id"u8, call.CallId);
                json.WriteString("name"u8, call.Name);
                json.WritePropertyName("input"u8);
                ToolArguments.Write(json, call);
                break;
            case FunctionResultContent result when !isAnswer:
                WriteResult(result);
                break;
            case DataContent or UriContent when !isAnswer:
                WriteAttachment(content);
                break;
            default:
                throw ModelInput.NoForm(content);
        }
    }

    private void WriteResult(FunctionResultContent result)
    {
        json.WriteString("type"u8, "tool_result"u8);
        json.WriteString("tool_use_id"u8, result.CallId);
        if (ModelInput.TextOf(result) is { Length: > 0 } text)
        {
            json.WriteString("content"u8, text);
        }

        if (result.Exception is not null)
        {
            json.WriteBoolean("is_error"u8, true);
        }
    }

    private void WriteAttachment(AIContent content)
    {
        string type = ModelInput.TypeOf(content is UriContent uri ? uri.MediaType : ((DataContent)content).MediaType);
        bool isImage = type.StartsWith("image/", StringComparison.Ordinal);
        switch (content)
        {
            case UriContent { Uri: { Scheme: "https" or "http" } address } when isImage || type == "application/pdf":
                BeginSource(isImage, "url"u8);
                json.WriteString("url"u8, address.AbsoluteUri);
                break;
            case DataContent data when ModelInput.IsImage(type) || type == "application/pdf":
                BeginSource(isImage, "base64"u8);
                json.WriteString("media_type"u8, type);
                json.WriteBase64String("data"u8, data.Data.Span);
                break;
            case DataContent data when ModelInput.IsText(type):
                BeginSource(isImage: false, "text"u8);
                json.WriteString("media_type"u8, "text/plain"u8);
                json.WriteString("data"u8, Encoding.UTF8.GetString(data.Data.Span));
                break;
            default:
                throw ModelInput.NoForm(content);
        }

        json.WriteEndObject();
        if (!isImage && content is DataContent { Name.Length: > 0 } document)
        {
            json.WriteString("title"u8, document.Name);
        }
    }

    private void BeginSource(bool isImage, ReadOnlySpan<byte> kind)
    {
        json.WriteString("type"u8, isImage ? "image"u8 : "document"u8);
        json.WriteStartObject("source"u8);
        json.WriteString("type"u8, kind);
    }
}
