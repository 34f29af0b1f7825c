namespace Hashee.Emulator.Lambda;

/// <summary>An instance that died before it asked for its first event.</summary>
/// <param name="FunctionName">The instance's function.</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="ErrorType">As posted to <c>/runtime/init/error</c>, else <c>Runtime.ExitError</c> or <c>Sandbox.Timedout</c>.</param>
/// <param name="ErrorMessage">As posted, else how the process ended.</param>
/// <param name="LastOutput">The last lines it wrote, oldest first.</param>
internal sealed record InitError(
    string FunctionName, string InstanceId, string ErrorType, string ErrorMessage, IReadOnlyList<string> LastOutput)
{
    /// <summary>For people: the error, then the output.</summary>
    public override string ToString() => string.Join(
        System.Environment.NewLine,
        [$"{FunctionName} could not start: {ErrorType}: {ErrorMessage}", .. LastOutput.Select(static line => "  " + line)]);
}
