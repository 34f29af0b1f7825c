namespace Hashee.Host;

/// <summary>
/// The function's configuration is missing something or malformed; the message names every such variable and shows no value.
/// </summary>
/// <param name="message">One or more problems, each naming its environment variable.</param>
public sealed class ConfigurationException(string message) : ReportableException(message);
