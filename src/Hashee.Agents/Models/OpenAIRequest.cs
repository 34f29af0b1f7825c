using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>Writes requests for chat completions.</summary>
internal readonly struct OpenAIRequest(Utf8JsonWriter json)
{
    internal void Write(string model, IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool isStreamed)
    {
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        json.WriteStartArray("messages"u8);
        if (!string.IsNullOrWhiteSpace(options?.Instructions))
        {
            WriteText("system"u8, options.Instructions);
        }

        foreach (ChatMessage message in messages)
        {
            WriteMessage(message);
        }

        json.WriteEndArray();
        WriteOptions(options);
        WriteTools(options);
        if (isStreamed)
        {
            json.WriteBoolean("stream"u8, true);
            json.WriteStartObject("stream_options"u8);
            json.WriteBoolean("include_usage"u8, true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteOptions(ChatOptions? options)
    {
        if (options?.MaxOutputTokens is { } most)
        {
            json.WriteNumber("max_completion_tokens"u8, most);
        }

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
            json.WriteStartArray("stop"u8);
            foreach (string stop in stops)
            {
                json.WriteStringValue(stop);
            }

            json.WriteEndArray();
        }
    }

    private void WriteTools(ChatOptions? options)
    {
        List<AIFunctionDeclaration> functions = ModelInput.FunctionsOf(options);
        if (functions.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (AIFunctionDeclaration function in functions)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, function.Name);
            if (function.Description.Length > 0)
            {
                json.WriteString("description"u8, function.Description);
            }

            json.WritePropertyName("parameters"u8);
            ModelInput.WriteSchema(json, function);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (options!.ToolMode is RequiredChatToolMode { RequiredFunctionName: { } name })
        {
            json.WriteStartObject("tool_choice"u8);
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, name);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        else if (options.ToolMode is RequiredChatToolMode or NoneChatToolMode)
        {
            json.WriteString("tool_choice"u8, options.ToolMode is NoneChatToolMode ? "none"u8 : "required"u8);
        }

        if (options.AllowMultipleToolCalls is { } isParallel)
        {
            json.WriteBoolean("parallel_tool_calls"u8, isParallel);
        }
    }

    private void WriteMessage(ChatMessage message)
    {
        if (message.Role == ChatRole.System)
        {
            WriteText("system"u8, message.Text);
        }
        else if (message.Role == ChatRole.Assistant)
        {
            WriteAnswer(message);
        }
        else
        {
            WriteInput(message);
        }
    }

    private void WriteText(ReadOnlySpan<byte> role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, text);
        json.WriteEndObject();
    }

    /// <summary>Reasoning is not sent back: chat completions have no form for it.</summary>
    private void WriteAnswer(ChatMessage message)
    {
        List<FunctionCallContent> calls = [];
        foreach (AIContent content in message.Contents)
        {
            if (content is FunctionCallContent call)
            {
                calls.Add(call);
            }
            else if (content is not (TextContent or TextReasoningContent or UsageContent or ErrorContent))
            {
                throw ModelInput.NoForm(content);
            }
        }

        string text = message.Text;
        if (text.Length == 0 && calls.Count == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        if (text.Length > 0)
        {
            json.WriteString("content"u8, text);
        }
        else
        {
            json.WriteNull("content"u8);
        }

        if (calls.Count > 0)
        {
            json.WriteStartArray("tool_calls"u8);
            foreach (FunctionCallContent call in calls)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, call.CallId);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, call.Name);
                json.WriteString("arguments"u8, ModelInput.ArgumentsOf(call));
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>Each result is a message of its own, and what else a message holds follows them.</summary>
    private void WriteInput(ChatMessage message)
    {
        List<AIContent> parts = [];
        foreach (AIContent content in message.Contents)
        {
            if (content is FunctionResultContent result)
            {
                json.WriteStartObject();
                json.WriteString("role"u8, "tool"u8);
                json.WriteString("tool_call_id"u8, result.CallId);
                json.WriteString("content"u8, ModelInput.TextOf(result));
                json.WriteEndObject();
            }
            else if (content is not (UsageContent or ErrorContent))
            {
                parts.Add(content);
            }
        }

        if (parts is [TextContent text])
        {
            WriteText("user"u8, text.Text);
        }
        else if (parts.Count > 0)
        {
            json.WriteStartObject();
            json.WriteString("role"u8, "user"u8);
            json.WriteStartArray("content"u8);
            foreach (AIContent part in parts)
            {
                json.WriteStartObject();
                WritePart(part);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private void WritePart(AIContent part)
    {
        switch (part)
        {
            case TextContent text:
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, text.Text);
                break;
            case DataContent data when ModelInput.IsImage(ModelInput.TypeOf(data.MediaType)):
                WriteImage(data.Uri);
                break;
            case UriContent uri when ModelInput.TypeOf(uri.MediaType).StartsWith("image/", StringComparison.Ordinal) && uri.Uri.Scheme is "https" or "http":
                WriteImage(uri.Uri.AbsoluteUri);
                break;
            case DataContent data when ModelInput.TypeOf(data.MediaType) == "application/pdf":
                json.WriteString("type"u8, "file"u8);
                json.WriteStartObject("file"u8);
                json.WriteString("filename"u8, string.IsNullOrEmpty(data.Name) ? "document.pdf" : data.Name);
                json.WriteString("file_data"u8, data.Uri);
                json.WriteEndObject();
                break;
            case DataContent data when ModelInput.IsText(ModelInput.TypeOf(data.MediaType)):
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, ModelInput.TextOf(data));
                break;
            default:
                throw ModelInput.NoForm(part);
        }
    }

    private void WriteImage(string address)
    {
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WriteString("url"u8, address);
        json.WriteEndObject();
    }
}
