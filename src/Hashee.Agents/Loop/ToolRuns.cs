using System.Globalization;
using System.Text.Json;
using Hashee.Agents.Steps;
using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>
/// Runs the tools that one answer of a model asks for, at the same time. Whatever happens, each call gets a result: a tool's exception is one (its type,
/// nothing of its text), and so is a name that nobody has.
/// </summary>
internal sealed class ToolRuns(IReadOnlyDictionary<string, AIFunction> tools, Message message, DebugFile debug)
{
    /// <summary>Characters of a result that a model gets.</summary>
    private const int LongestResult = 100_000;

    private const string Cut = "Error: the call was cut off by the limit of an answer's length, and was not made. Make a shorter one.";

    /// <param name="calls">What the model asks for.</param>
    /// <param name="isCut">Whether its answer was cut off, so that nobody knows what else stood in them.</param>
    /// <param name="work">Ends when there is no time left for a tool; those that run then get a result that says so.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ChatMessage> RunAsync(
        IReadOnlyList<FunctionCallContent> calls, bool isCut, CancellationToken work, CancellationToken cancellationToken)
    {
        Task<FunctionResultContent>[] runs =
        [
            .. calls.Select(call => Task.Run(
                async () => new FunctionResultContent(call.CallId, await RunAsync(call, isCut, work, cancellationToken)), cancellationToken)),
        ];
        return new ChatMessage(ChatRole.Tool, [.. await Task.WhenAll(runs)]);
    }

    private async Task<string> RunAsync(FunctionCallContent call, bool isCut, CancellationToken work, CancellationToken cancellationToken)
    {
        if (!tools.TryGetValue(call.Name, out AIFunction? tool))
        {
            debug.Add($"tool name=? call={DebugFile.Word(call.CallId)} code=no_such_tool");
            message.Log.Warn("The model called a tool that nobody has.", new LogField("code", "no_such_tool"));
            return "Error: there is no tool of this name.";
        }

        using Step step = Step.Begin(StepKind.Tool, tool.Name);
        (string result, string? code) = await ResultOfAsync(tool, call, isCut, work, cancellationToken);
        if (code is not null)
        {
            step.Fail(code);
        }

        debug.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"tool name={tool.Name} call={DebugFile.Word(call.CallId)} ms={step.Elapsed.TotalMilliseconds:F0} characters={result.Length} code={code ?? "ok"}"));
        return result;
    }

    private async Task<(string Result, string? Code)> ResultOfAsync(
        AIFunction tool, FunctionCallContent call, bool isCut, CancellationToken work, CancellationToken cancellationToken)
    {
        if (isCut)
        {
            return (Cut, "cut");
        }

        if (call.Exception is not null)
        {
            return ("Error: the arguments are not a JSON object.", "bad_arguments");
        }

        AIFunctionArguments arguments = new(call.Arguments) { Context = new Dictionary<object, object?> { [typeof(Message)] = message } };
        try
        {
            object? result = await tool.InvokeAsync(arguments, work).AsTask().WaitAsync(work);
            return TextOf(result) is { } text
                ? (text.Length > LongestResult ? $"{text.AsSpan(0, LongestResult)}… (cut)" : text, null)
                : ("Error: the tool's result is neither a text nor JSON.", "bad_result");
        }
        catch (ToolArgumentException e)
        {
            return ($"Error: {e.Message}", "bad_arguments");
        }
        catch (OperationCanceledException) when (work.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            message.Log.Warn("A tool did not finish in time.", new LogField("tool", tool.Name));
            return ("Error: the tool did not finish in time.", "no_time");
        }
#pragma warning disable CA1031 // whatever a tool throws, the model is told and goes on
        catch (Exception e)
#pragma warning restore CA1031
        {
            message.Log.Warn(
                "A tool failed.", new("tool", tool.Name), new("errorType", e.GetType().ToString()), new("stack", e.StackTrace));
            return ($"Error: {e.GetType()}", "tool_failed");
        }
    }

    /// <summary>Null for what only reflection could write.</summary>
    private static string? TextOf(object? result) => result switch
    {
        null => "null",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString(),
        JsonElement json => json.GetRawText(),
        bool truth => truth ? "true" : "false",
        TextContent content => content.Text,
        DateTimeOffset value => value.ToString("O", CultureInfo.InvariantCulture),
        DateTime value => value.ToString("O", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };
}
