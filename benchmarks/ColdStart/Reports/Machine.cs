using System.Runtime.InteropServices;

namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>Where the figures are from.</summary>
/// <param name="Processor">Its name.</param>
/// <param name="Processors">How many this process may use.</param>
/// <param name="Architecture">As AWS calls it: <c>arm64</c> or <c>x86_64</c>.</param>
/// <param name="System">Distribution and kernel.</param>
internal sealed record Machine(string Processor, int Processors, string Architecture, string System)
{
    /// <summary>The processor's name as a folder's: lower case, words joined by hyphens.</summary>
    public string FolderName => string.Join('-', Processor.ToLowerInvariant()
        .Split([.. Processor.ToLowerInvariant().Where(static character => !char.IsAsciiLetterOrDigit(character)).Distinct()], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>This machine.</summary>
    public static Machine Current()
    {
        string processor = Field("/proc/cpuinfo", "model name", ':') ?? Field("/proc/cpuinfo", "CPU part", ':') ?? "unknown processor";
        string system = Field("/etc/os-release", "PRETTY_NAME", '=')?.Trim('"') ?? "Linux";
        string architecture = RuntimeInformation.OSArchitecture == global::System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x86_64";
        return new Machine(processor, Environment.ProcessorCount, architecture, $"{system}, Linux {Environment.OSVersion.Version}");
    }

    private static string? Field(string file, string name, char separator) => !File.Exists(file) ? null : File.ReadLines(file)
        .Select(line => line.Split(separator, 2, StringSplitOptions.TrimEntries))
        .FirstOrDefault(pair => pair.Length == 2 && pair[0] == name)?[1];
}
