namespace Hashee.Emulator.Models;

/// <summary>What a scripted model does with one request: says something, calls tools, or fails in some way.</summary>
internal sealed record ModelAnswer
{
    /// <summary>The text, in the pieces that a stream has.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>The tools it calls, all at the same time.</summary>
    public IReadOnlyList<ModelCall> Calls { get; init; } = [];

    /// <summary>Why it ends; calls say so by themselves.</summary>
    public ModelStop Stop { get; init; } = ModelStop.Done;

    public int InputTokens { get; init; } = 10;

    public int OutputTokens { get; init; } = 5;

    /// <summary>The HTTP status; of anything but 200 an error is the whole answer.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>The <c>Retry-After</c> header of an error.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The error's code; null for what the provider calls such a status.</summary>
    public string? Code { get; init; }

    /// <summary>What the error says.</summary>
    public string Message { get; init; } = "This is scripted.";

    /// <summary>The error by which a stream ends behind its texts; null for none.</summary>
    public string? StreamError { get; init; }

    /// <summary>Is sent in place of what the protocol would have.</summary>
    public string? Garbage { get; init; }

    /// <summary>Bytes of the body behind which the connection is reset; null for a whole answer.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Waited for before each event of a stream, which is given by its number, and before a whole answer: slowness, or a signal.</summary>
    public Func<int, CancellationToken, Task>? Before { get; init; }

    public static ModelAnswer Says(params string[] texts) => new() { Texts = texts };

    public static ModelAnswer CallsTools(params ModelCall[] calls) => new() { Calls = calls };

    public static ModelAnswer Fails(int status, string? code = null, string? retryAfter = null, string message = "This is scripted.") =>
        new() { Status = status, Code = code, RetryAfter = retryAfter, Message = message };
}

/// <summary>A call of a tool.</summary>
/// <param name="Id">Names the call.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">A JSON object; or anything else, as models write it at times.</param>
internal sealed record ModelCall(string Id, string Name, string Arguments);

/// <summary>Why an answer ends.</summary>
internal enum ModelStop
{
    /// <summary>Nobody said.</summary>
    None,

    /// <summary>The model has said what it wanted to say.</summary>
    Done,

    /// <summary>It may say no more.</summary>
    Length,

    /// <summary>It may not say that.</summary>
    Filtered,
}
