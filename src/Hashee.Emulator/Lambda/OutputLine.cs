namespace Hashee.Emulator.Lambda;

/// <summary>A line that an instance wrote.</summary>
/// <param name="FunctionName">The instance's function.</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="IsError">Standard error instead of standard output.</param>
/// <param name="Text">The line without its end.</param>
internal sealed record OutputLine(string FunctionName, string InstanceId, bool IsError, string Text);
