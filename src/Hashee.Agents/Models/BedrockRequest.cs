using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Hashee.Agents.Models;

/// <summary>Writes requests for Converse and ConverseStream.</summary>
internal struct BedrockRequest(Utf8JsonWriter json)
{
    private int _documents;

    internal void Write(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        List<AIFunctionDeclaration> functions = ModelInput.FunctionsOf(options);

        // Bedrock has no word for "none": where no tool may be called, none is offered.
        bool hasTools = functions.Count > 0 && options!.ToolMode is not NoneChatToolMode;
        json.WriteStartObject();
        json.WriteStartArray("messages"u8);
        foreach ((bool isAnswer, List<AIContent> contents) in ModelInput.TurnsOf(messages, hasTools))
        {
            WriteMessage(isAnswer, contents);
        }

        json.WriteEndArray();
        if (ModelInput.SystemTextsOf(messages, options) is { Count: > 0 } system)
        {
            json.WriteStartArray("system"u8);
            foreach (string text in system)
            {
                WriteText(text);
            }

            json.WriteEndArray();
        }

        WriteOptions(options);
        if (hasTools)
        {
            WriteTools(functions, options!.ToolMode);
        }

        json.WriteEndObject();
    }

    private readonly void WriteOptions(ChatOptions? options)
    {
        if (options?.MaxOutputTokens is null && options?.Temperature is null && options?.TopP is null && options?.StopSequences is not { Count: > 0 })
        {
            return;
        }

        json.WriteStartObject("inferenceConfig"u8);
        if (options.MaxOutputTokens is { } most)
        {
            json.WriteNumber("maxTokens"u8, most);
        }

        if (options.Temperature is { } temperature)
        {
            json.WriteNumber("temperature"u8, temperature);
        }

        if (options.TopP is { } topP)
        {
            json.WriteNumber("topP"u8, topP);
        }

        if (options.StopSequences is { Count: > 0 } stops)
        {
            json.WriteStartArray("stopSequences"u8);
            foreach (string stop in stops)
            {
                json.WriteStringValue(stop);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private readonly void WriteTools(List<AIFunctionDeclaration> functions, ChatToolMode? mode)
    {
        json.WriteStartObject("toolConfig"u8);
        json.WriteStartArray("tools"u8);
        foreach (AIFunctionDeclaration function in functions)
        {
            json.WriteStartObject();
            json.WriteStartObject("toolSpec"u8);
            json.WriteString("name"u8, function.Name);
            if (function.Description.Length > 0)
            {
                json.WriteString("description"u8, function.Description);
            }

            json.WriteStartObject("inputSchema"u8);
            json.WritePropertyName("json"u8);
            ModelInput.WriteSchema(json, function);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (mode is RequiredChatToolMode required)
        {
            json.WriteStartObject("toolChoice"u8);
            json.WriteStartObject(required.RequiredFunctionName is null ? "any"u8 : "tool"u8);
            if (required.RequiredFunctionName is { } name)
            {
                json.WriteString("name"u8, name);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteMessage(bool isAnswer, List<AIContent> contents)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, isAnswer ? "assistant"u8 : "user"u8);
        json.WriteStartArray("content"u8);
        int documents = _documents;
        foreach (AIContent content in contents)
        {
            json.WriteStartObject();
            WriteBlock(content, isAnswer);
            json.WriteEndObject();
        }

        if (_documents > documents && !contents.Exists(static content => content is TextContent))
        {
            // A document needs a text beside it.
            WriteText("(see the document)");
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private readonly void WriteText(string text)
    {
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    private void WriteBlock(AIContent content, bool isAnswer)
    {
        switch (content)
        {
            case TextContent text:
                json.WriteString("text"u8, text.Text);
                break;
            case TextReasoningContent thought when isAnswer:
                WriteReasoning(thought);
                break;
            case FunctionCallContent call when isAnswer:
                json.WriteStartObject("toolUse"u8);
                json.WriteString("toolUseId"u8, call.CallId);
                json.WriteString("name"u8, call.Name);
                json.WritePropertyName("input"u8);
                ToolArguments.Write(json, call);
                json.WriteEndObject();
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

    private readonly void WriteReasoning(TextReasoningContent thought)
    {
        json.WriteStartObject("reasoningContent"u8);
        if (thought.Text.Length > 0)
        {
            json.WriteStartObject("reasoningText"u8);
            json.WriteString("text"u8, thought.Text);
            json.WriteString("signature"u8, thought.ProtectedData);
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("redactedContent"u8, thought.ProtectedData);
        }

        json.WriteEndObject();
    }

    private readonly void WriteResult(FunctionResultContent result)
    {
        string text = ModelInput.TextOf(result);
        json.WriteStartObject("toolResult"u8);
        json.WriteString("toolUseId"u8, result.CallId);
        json.WriteStartArray("content"u8);
        WriteText(string.IsNullOrWhiteSpace(text) ? "(nothing)" : text);
        json.WriteEndArray();
        if (result.Exception is not null)
        {
            json.WriteString("status"u8, "error"u8);
        }

        json.WriteEndObject();
    }

    private void WriteAttachment(AIContent content)
    {
        string type = ModelInput.TypeOf(content is UriContent address ? address.MediaType : ((DataContent)content).MediaType);
        bool isImage = ModelInput.IsImage(type);
        string format = (isImage ? type["image/".Length..] : FormatOf(type)) ?? throw ModelInput.NoForm(content);
        if (content is UriContent { Uri.Scheme: not "s3" })
        {
            throw ModelInput.NoForm(content);
        }

        json.WriteStartObject(isImage ? "image"u8 : "document"u8);
        json.WriteString("format"u8, format);
        if (!isImage)
        {
            json.WriteString("name"u8, NameOf(content as DataContent));
        }

        json.WriteStartObject("source"u8);
        if (content is DataContent data)
        {
            json.WriteBase64String("bytes"u8, data.Data.Span);
        }
        else
        {
            json.WriteStartObject("s3Location"u8);
            json.WriteString("uri"u8, ((UriContent)content).Uri.OriginalString);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string? FormatOf(string type) => type switch
    {
        "application/pdf" => "pdf",
        "text/csv" => "csv",
        "text/html" => "html",
        "text/markdown" => "md",
        "application/msword" => "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => "docx",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => "xlsx",
        _ => ModelInput.IsText(type) ? "txt" : null,
    };

    /// <summary>Bedrock takes few characters, and no name twice.</summary>
    private string NameOf(DataContent? data)
    {
        StringBuilder name = new();
        foreach (char character in data?.Name ?? "")
        {
            if (char.IsAsciiLetterOrDigit(character) || character is '-' or '(' or ')' or '[' or ']')
            {
                name.Append(character);
            }
            else if (name.Length > 0 && name[^1] != ' ')
            {
                name.Append(' ');
            }
        }

        string stem = name.ToString().Trim();
        return $"{(stem.Length == 0 ? "document" : stem.Length > 100 ? stem[..100].Trim() : stem)} {++_documents}";
    }
}
