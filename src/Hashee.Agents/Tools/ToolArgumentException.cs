namespace Hashee.Agents;

/// <summary>
/// The arguments of a tool call are not what the tool's schema asks for. The model is told the message: it names the argument and what it must be, and
/// quotes nothing of what came.
/// </summary>
/// <param name="message">What is wrong.</param>
public sealed class ToolArgumentException(string message) : Exception(message);
