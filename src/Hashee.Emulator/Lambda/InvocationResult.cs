namespace Hashee.Emulator.Lambda;

/// <summary>What an invocation gives back.</summary>
/// <param name="RequestId">Of the invocation.</param>
/// <param name="Outcome">Whether it succeeded.</param>
/// <param name="Payload">The function's response, or a JSON object with <c>errorType</c> and <c>errorMessage</c>.</param>
/// <param name="ContentType">Of the payload, as the function posted it.</param>
internal sealed record InvocationResult(
    string RequestId, InvocationOutcome Outcome, ReadOnlyMemory<byte> Payload, string ContentType = "application/json");
