using System.Buffers;
using Hashee.Host;

namespace Hashee.Agents.Models;

/// <summary>One try gave no answer. Whether another one follows is decided in <see cref="ModelTries"/>.</summary>
/// <param name="failure">Why; what it quotes of an answer is a code that is fit for a log.</param>
/// <param name="word">Why in one word: the HTTP status, or the failure's code.</param>
/// <param name="mayPass">Whether the same request may be answered when it is made again soon.</param>
internal sealed class ModelTrouble(Failure failure, string word, bool mayPass) : Exception(failure.Reason)
{
    private const int LongestCode = 64;

    private static readonly SearchValues<char> CodeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>
    /// What the providers, and the servers that speak like them, say of a request that does not fit: only some have a code for it.
    /// </summary>
    private static readonly SearchValues<string> TooLong = SearchValues.Create(
        [
            "prompt is too long", "prompt too long", "input is too long", "too many input tokens", "too many tokens in", "maximum context length",
            "context length exceeded", "exceed context limit", "exceeds the context", "exceed the context", "context window", "exceeds the available context",
            "input tokens exceed", "number of input tokens exceeds", "exceeds maximum length", "request_too_large",
        ],
        StringComparison.OrdinalIgnoreCase);

    internal Failure Failure => failure;

    internal string Word => word;

    internal bool MayPass => mayPass;

    /// <summary>The provider answered with a status that is no success.</summary>
    /// <param name="model">Provider and model.</param>
    /// <param name="status">The status.</param>
    /// <param name="code">Its code for what is wrong, whatever that is.</param>
    /// <param name="message">What it says is wrong; never shown.</param>
    /// <param name="wait">For how long it wants to be left alone.</param>
    internal static ModelTrouble OfStatus(string model, int status, string? code, string? message, TimeSpan? wait = null)
    {
        bool mayPass = status is 429 or >= 500;
        string? shown = Loggable(code);
        if (status == 413 || (status is 400 or 422 && IsTooLong(code, message)))
        {
            return TooLongFor(model);
        }

        FailureKind kind = !mayPass && status is >= 400 and not (401 or 403) ? FailureKind.Own : FailureKind.World;
        string reason = status switch
        {
            401 or 403 => ": look at its key, and at what the key may use",
            < 400 => ": look at its URL",
            _ => "",
        };
        return new ModelTrouble(
            new Failure(kind, shown ?? $"model_{status}", $"{model} answered {status}{(shown is null ? "" : " ")}{shown}{reason}", wait), $"{status}", mayPass);
    }

    /// <summary>The provider ended a stream with an error.</summary>
    /// <param name="model">Provider and model.</param>
    /// <param name="code">Its code for what is wrong, whatever that is.</param>
    /// <param name="message">What it says is wrong; never shown.</param>
    /// <param name="isOwn">Whether it is the request's fault.</param>
    internal static ModelTrouble InStream(string model, string? code, string? message, bool isOwn)
    {
        if (IsTooLong(code, message))
        {
            return TooLongFor(model);
        }

        string shown = Loggable(code) ?? "model_error";
        return new ModelTrouble(
            new Failure(isOwn ? FailureKind.Own : FailureKind.World, shown, $"{model} ended its answer with the error {shown}"), shown, !isOwn);
    }

    /// <summary>There was no answer, or not all of it.</summary>
    internal static ModelTrouble Unreachable(string model, string reason) => OfWorld("model_unreachable", $"{model} could not be asked ({reason})", true);

    /// <summary>The deadline came first.</summary>
    internal static ModelTrouble NoTime(string model) => OfWorld("no_time", $"{model} gave no answer before the deadline", false);

    /// <summary>The answer ended before its end.</summary>
    internal static ModelTrouble BrokenOff(string model) => OfWorld("model_broke_off", $"the answer of {model} broke off", true);

    /// <summary>What came is not the provider's protocol, or too long.</summary>
    internal static ModelTrouble Malformed(string model, string reason) => OfWorld("model_malformed", $"the answer of {model} is malformed: {reason}", false);

    /// <summary>The provider has no form for what it should be sent.</summary>
    internal static ModelTrouble Unsupported(string model, string what) => new(
        new Failure(FailureKind.Own, "model_input", $"{model} cannot be sent {what}"), "model_input", false);

    private static ModelTrouble TooLongFor(string model) => new(
        new Failure(FailureKind.Own, ModelException.ContextTooLong, $"the request is too long for the context of {model}"),
        ModelException.ContextTooLong,
        mayPass: false);

    private static ModelTrouble OfWorld(string code, string reason, bool mayPass) => new(new Failure(FailureKind.World, code, reason), code, mayPass);

    private static bool IsTooLong(string? code, string? message) =>
        code is "context_length_exceeded" or "exceed_context_size_error" or "request_too_large" || message.AsSpan().ContainsAny(TooLong);

    private static string? Loggable(string? code) =>
        code is { Length: > 0 and <= LongestCode } && !code.AsSpan().ContainsAnyExcept(CodeCharacters) ? code : null;
}
