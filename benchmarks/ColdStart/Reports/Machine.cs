using System.Runtime.InteropServices;
using BenchmarkDotNet.Environments;

namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>Where the figures are from.</summary>
/// <param name="Processor">Its name, as BenchmarkDotNet reports it.</param>
/// <param name="Processors">How many this process may use.</param>
/// <param name="Architecture">As AWS calls it: <c>arm64</c> or <c>x86_64</c>.</param>
/// <param name="System">Distribution and kernel.</param>
internal sealed record Machine(string Processor, int Processors, string Architecture, string System)
{
    private const string Release = "/etc/os-release";

    /// <summary>The processor's name as a folder's, the same as the suites use.</summary>
    public string FolderName => Processor
        .Split([.. Processor.Where(static character => !char.IsAsciiLetterOrDigit(character) && character != '.')], StringSplitOptions.RemoveEmptyEntries)
        is { Length: > 0 } words ? string.Join('-', words) : "unknown-processor";

    /// <summary>This machine.</summary>
    public static Machine Current()
    {
        string processor = ProcessorBrandStringHelper.Prettify(HostEnvironmentInfo.GetCurrent().CpuInfo.Value, includeMaxFrequency: false);
        string system = File.Exists(Release)
            ? File.ReadLines(Release).FirstOrDefault(static line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))?.Split('=', 2)[1].Trim('"') ?? "Linux"
            : "Linux";
        string architecture = RuntimeInformation.OSArchitecture == global::System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x86_64";
        return new Machine(processor, Environment.ProcessorCount, architecture, $"{system}, Linux {Environment.OSVersion.Version}");
    }
}
