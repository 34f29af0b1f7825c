namespace Hashee.Emulator.Lambda;

/// <summary>How an invocation ended.</summary>
internal enum InvocationOutcome
{
    /// <summary>The function posted a response.</summary>
    Success,

    /// <summary>The function posted an error, ran out of time, died, or could not start: <c>X-Amz-Function-Error: Unhandled</c>.</summary>
    FunctionError,

    /// <summary>Not run: every instance that may run is busy.</summary>
    Throttled,
}
