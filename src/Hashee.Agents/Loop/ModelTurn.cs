using System.Globalization;
using Hashee.Agents.Models;
using Hashee.Agents.Steps;
using Hashee.Host;
using Microsoft.Extensions.AI;

namespace Hashee.Agents;

/// <summary>
/// One turn: the model is asked, the tools that it wants are run, and so on until it answers. All that is said is in <see cref="Conversation.Messages"/> as
/// soon as it is whole, so that a turn that is left for want of time goes on from there.
/// </summary>
internal sealed class ModelTurn : IDisposable
{
    /// <summary>What the user gets when the model has come to no answer.</summary>
    public const string NoAnswer = "Sorry, I did not come to an answer. Please ask again in other words.";

    /// <summary>What the user gets when the time is over for good.</summary>
    public const string NoTime = "Sorry, I could not finish this in the time that I have.";

    /// <summary>What stands behind an answer that was cut off.</summary>
    public const string CutMark = " […]";

    private const string NoTimeCode = "no_time";

    private const string LastCall = "You cannot call any more tools in this turn: answer now, with what you have.";

    private readonly IChatClient _model;
    private readonly string _modelName;
    private readonly ModelAgentOptions _options;
    private readonly IReadOnlyDictionary<string, AIFunction> _tools;
    private readonly Message _message;
    private readonly Conversation _conversation;
    private readonly DebugFile _debug;
    private readonly IList<ChatMessage> _said;
    private readonly SpokenReply _reply;
    private readonly CancellationToken _token;
    private readonly CancellationTokenSource _work;
    private readonly bool _isContinued;
    private readonly List<List<ChatMessage>> _history = [];
    private TimeSpan _longest;
    private int _emptyAnswers;

    /// <param name="model">The model.</param>
    /// <param name="modelName">Its name in the log.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="tools">The tools by their names.</param>
    /// <param name="message">What is answered; its conversation's messages are not empty.</param>
    /// <param name="isContinued">Whether an earlier invocation has left the turn unfinished.</param>
    /// <param name="debug">Takes notes.</param>
    /// <param name="cancellationToken">Ends when all has to be done.</param>
    public ModelTurn(
        IChatClient model,
        string modelName,
        ModelAgentOptions options,
        IReadOnlyDictionary<string, AIFunction> tools,
        Message message,
        bool isContinued,
        DebugFile debug,
        CancellationToken cancellationToken)
    {
        _model = model;
        _modelName = modelName;
        _options = options;
        _tools = tools;
        _message = message;
        _conversation = message.Conversation;
        _said = _conversation.Messages;
        _isContinued = isContinued;
        _debug = debug;
        _token = cancellationToken;
        _reply = new SpokenReply(_conversation);
        _work = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_conversation.TimeLeft is var left && left < TimeSpan.MaxValue)
        {
            _work.CancelAfter(left > options.Reserve ? left - options.Reserve : TimeSpan.Zero);
        }

        IReadOnlyList<Turn> turns = _conversation.History;
        for (int i = Math.Max(0, turns.Count - options.HistoryTurns); i < turns.Count; i++)
        {
            _history.Add(Exchanges.Whole(turns[i].Messages));
        }
    }

    /// <returns>The end of the reply; what is in front of it has been written.</returns>
    /// <exception cref="UnfinishedTurnException">There is no time left, and the turn can go on in another invocation.</exception>
    /// <exception cref="AgentException">There is no time left, and it cannot; or the model gives no answer.</exception>
    public async Task<string?> RunAsync()
    {
        RepeatWhatWasSaid();
        while (true)
        {
            if (Exchanges.Unanswered(_said) is { Count: > 0 } calls)
            {
                await RunToolsAsync(calls, isCut: false);
            }
            else if (_said[^1].Role == ChatRole.Assistant)
            {
                return _reply.Rest();
            }

            bool isLast = _tools.Count == 0 || _said.Count(static said => said.Role == ChatRole.Assistant) + _emptyAnswers >= _options.MaxIterations;
            if (await AskAsync(isLast) is not { } answer)
            {
                return TimeIsOver();
            }

            if (answer.Calls.Count > 0 && !isLast)
            {
                _said.Add(answer.ToMessage(withCalls: true));
                await _reply.FlushAsync(_token);
                await RunToolsAsync(answer.Calls, answer.IsCut);
            }
            else if (answer.HasText || _reply.HasText)
            {
                return Finish(answer);
            }
            else if (_emptyAnswers++ > 0 || answer.IsCut || answer.Calls.Count > 0)
            {
                string code = answer.IsCut ? "max_tokens" : answer.Calls.Count > 0 ? "endless_tools"
                    : answer.Finish == ChatFinishReason.ContentFilter ? "content_filter" : "empty_answer";
                return EndWith(NoAnswer, "The model came to no answer.", code);
            }
        }
    }

    public void Dispose() => _work.Dispose();

    /// <summary>An earlier invocation has kept what the model said in front of its tool calls, and passed on nothing.</summary>
    private void RepeatWhatWasSaid()
    {
        foreach (ChatMessage said in _said.Where(static said => said.Role == ChatRole.Assistant))
        {
            _reply.BeginParagraph();
            _reply.Say(said.Text);
        }
    }

    private async Task RunToolsAsync(IReadOnlyList<FunctionCallContent> calls, bool isCut) =>
        _said.Add(await new ToolRuns(_tools, _message, _debug).RunAsync(calls, isCut, _work.Token, _token));

    /// <returns>Null when there is no time for it, and the turn cannot go on later.</returns>
    private async Task<CollectedAnswer?> AskAsync(bool isLast)
    {
        _token.ThrowIfCancellationRequested();
        while (!_work.IsCancellationRequested && _conversation.TimeLeft >= (_longest > _options.LeastTime ? _longest : _options.LeastTime))
        {
            try
            {
                return await CallAsync(isLast);
            }
            catch (ModelException e) when (e.Failure.Code == ModelException.ContextTooLong && _history.Count > 0)
            {
                // Half of them at once: a provider does not say how much is too much, and each try costs a call.
                int oldest = (_history.Count + 1) / 2;
                _history.RemoveRange(0, oldest);
                _message.Log.Warn("The oldest turns were left out: the model's context has no room for them.", new LogField("turns", oldest));
                _debug.Add(string.Create(CultureInfo.InvariantCulture, $"retry code={ModelException.ContextTooLong} turns={_history.Count}"));
            }
            catch (ModelException e) when (e.Failure.Code == NoTimeCode)
            {
                break;
            }
            catch (OperationCanceledException) when (_work.IsCancellationRequested && !_token.IsCancellationRequested)
            {
                break;
            }
        }

        if (_conversation.CanContinue)
        {
            throw new UnfinishedTurnException();
        }

        return _isContinued ? null : throw new AgentException(new Failure(
            FailureKind.World, NoTimeCode, "there was not enough time left to ask the model"));
    }

    private async Task<CollectedAnswer> CallAsync(bool isLast)
    {
        ChatMessage system = new(ChatRole.System, isLast && _tools.Count > 0 ? $"{_options.SystemPrompt}\n\n{LastCall}" : _options.SystemPrompt);
        List<ChatMessage> request = [system, .. _history.SelectMany(static turn => turn), .. _said];
        TimeSpan left = _conversation.TimeLeft;
        ModelOptions options = new()
        {
            MaxOutputTokens = _options.MaxTokens,
            Temperature = _options.Temperature,

            // Providers want to know the tools whose calls are in the messages, also when no more may be made.
            Tools = _tools.Count == 0 ? null : [.. _tools.Values],
            ToolMode = _tools.Count == 0 ? null : isLast ? ChatToolMode.None : ChatToolMode.Auto,
            Deadline = left == TimeSpan.MaxValue ? Deadline.Never : Deadline.After(left - _options.Reserve),
            OnRetry = retry => _debug.Add(string.Create(
                CultureInfo.InvariantCulture, $"retry code={DebugFile.Word(retry.Code)} wait_ms={retry.Wait.TotalMilliseconds:F0}")),
        };
        _reply.BeginParagraph();
        CollectedAnswer answer = new();
        using Step step = Step.Begin(StepKind.Model, _modelName);
        string code = "failed";
        try
        {
            await ReadAsync(request, options, answer);
            code = answer.Finish?.Value ?? "none";
            return answer;
        }
        catch (Exception e)
        {
            code = e is AgentException agent ? agent.Failure.Code : e is OperationCanceledException ? NoTimeCode : "model_failed";
            step.Fail(code);
            throw;
        }
        finally
        {
            _longest = step.Elapsed > _longest ? step.Elapsed : _longest;
            step.AddTokens(answer.InputTokens, answer.OutputTokens);
            _conversation.AddUsage(answer.InputTokens, answer.OutputTokens);
            _debug.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"model name={DebugFile.Word(_modelName)} ms={step.Elapsed.TotalMilliseconds:F0} messages={request.Count} input={answer.InputTokens} "
                + $"output={answer.OutputTokens} calls={answer.Calls.Count} code={DebugFile.Word(code)}"));
        }
    }

    private async Task ReadAsync(List<ChatMessage> request, ModelOptions options, CollectedAnswer answer)
    {
        await using IAsyncEnumerator<ChatResponseUpdate> updates =
            _model.GetStreamingResponseAsync(request, options, _work.Token).GetAsyncEnumerator(_work.Token);
        while (true)
        {
            Task<bool> next = updates.MoveNextAsync().AsTask();
            if (!next.IsCompleted)
            {
                try
                {
                    await _reply.FlushAsync(_token);
                }
                catch
                {
                    // Nobody listens any more. What is read may be given back only when nothing reads it.
                    await _work.CancelAsync();
                    await next.ContinueWith(static _ => { }, TaskScheduler.Default);
                    throw;
                }
            }

            if (!await next)
            {
                return;
            }

            if (answer.Add(updates.Current) is { } said)
            {
                _reply.Say(said);
            }
        }
    }

    private string? Finish(CollectedAnswer answer)
    {
        if (answer.IsCut && answer.HasText)
        {
            _message.Log.Warn("An answer was cut off: it reached the limit of its length.", new LogField("maximumTokens", _options.MaxTokens));
            _reply.Say(CutMark);
        }

        if (answer.HasText)
        {
            _said.Add(answer.ToMessage(withCalls: false));
        }

        return _reply.Rest();
    }

    /// <summary>It was left unfinished as often as may be: the answer is what there is.</summary>
    private string? TimeIsOver()
    {
        if (!_reply.HasText)
        {
            return EndWith(NoTime, "The turn took too long, and ends without an answer.", NoTimeCode);
        }

        _message.Log.Warn("The turn took too long: its answer is what there was.", new LogField("code", NoTimeCode));
        return _reply.Rest();
    }

    private string? EndWith(string text, string record, string code)
    {
        _message.Log.Warn(record, new LogField("code", code));
        _reply.BeginParagraph();
        _reply.Say(text);
        _said.Add(new ChatMessage(ChatRole.Assistant, text));
        return _reply.Rest();
    }
}
