namespace Hashee.Host;

/// <summary>
/// An exception whose message is written to be shown to an operator and holds neither a secret nor anything a user wrote. Only such
/// messages reach Lambda's error report and the log; of every other exception the runtime shows the type and the stack, because the
/// messages of libraries may quote what they were given.
/// </summary>
/// <param name="message">What is wrong and where to put it right, with no secret in it.</param>
public class ReportableException(string message) : Exception(message);
