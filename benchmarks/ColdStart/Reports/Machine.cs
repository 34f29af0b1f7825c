using System.Runtime.InteropServices;
using Hashee.Benchmarks.ColdStart.Native;

namespace Hashee.Benchmarks.ColdStart.Reports;

/// <summary>Where the figures are from.</summary>
/// <param name="Processor">Its name, with the numbers that tell models apart where the name does not.</param>
/// <param name="Processors">How many this process may use.</param>
/// <param name="Architecture">As AWS calls it: <c>arm64</c> or <c>x86_64</c>.</param>
/// <param name="System">Distribution and kernel.</param>
/// <param name="Software">The versions of what programs are built with and load.</param>
/// <param name="RootCertificates">How many it trusts.</param>
internal sealed record Machine(string Processor, int Processors, string Architecture, string System, string Software, int RootCertificates)
{
    private const string Release = "/etc/os-release";
    private const string ProcessorInformation = "/proc/cpuinfo";
    private const string ArmLimited = "0x41";

    // Arm's parts by their numbers in MIDR_EL1: the cores of Graviton 2 to 4.
    private static readonly Dictionary<string, string> ArmParts = new()
    {
        ["0xd0c"] = "Arm Neoverse N1",
        ["0xd40"] = "Arm Neoverse V1",
        ["0xd4f"] = "Arm Neoverse V2",
    };

    /// <summary>The processor's name as a folder's, without its numbers.</summary>
    public string FolderName
    {
        get
        {
            string name = Processor.Split(" (", 2)[0];
            string[] words = name.Split(
                [.. name.Where(static character => !char.IsAsciiLetterOrDigit(character) && character != '.')], StringSplitOptions.RemoveEmptyEntries);
            return words is [] ? "unknown-processor" : string.Join('-', words);
        }
    }

    /// <summary>This machine.</summary>
    /// <param name="root">The repository's folder, whose SDK counts.</param>
    public static Machine Current(string root)
    {
        string architecture = RuntimeInformation.OSArchitecture == global::System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x86_64";
        string processor = File.Exists(ProcessorInformation) ? NameProcessor(File.ReadLines(ProcessorInformation)) : "unknown processor";
        string? name = File.Exists(Release)
            ? File.ReadLines(Release).FirstOrDefault(static line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))
            : null;
        string system = name?.Split('=', 2)[1].Trim('"') ?? "Linux";
        string?[] software =
        [
            $"net{Environment.Version.ToString(2)}",
            $".NET {Environment.Version}",
            Repository.Ask(root, "dotnet", "--version") is { Length: > 0 } sdk ? $"SDK {sdk}" : null,
            LibCrypto.Version,
            $"glibc {Libc.Version}",
        ];
        return new Machine(
            processor, Environment.ProcessorCount, architecture, $"{system}, Linux {Environment.OSVersion.Version}",
            string.Join(", ", software.OfType<string>()), SystemRoots.Count(SystemRoots.Pem()));
    }

    /// <summary>
    /// The name in <c>/proc/cpuinfo</c>. A virtual machine's may lack the model (<c>AMD EPYC</c>), and an arm64 kernel gives numbers only.
    /// </summary>
    internal static string NameProcessor(IEnumerable<string> lines)
    {
        Dictionary<string, string> first = [];
        foreach (string line in lines)
        {
            string[] halves = line.Split(':', 2, StringSplitOptions.TrimEntries);
            if (halves is [string key, string text])
            {
                first.TryAdd(key, text);
            }
        }

        string? Value(string key) => first.TryGetValue(key, out string? value) && value.Length > 0 ? value : null;
        if (Value("model name") is { } name)
        {
            name = string.Join(' ', name.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            return name.Any(char.IsAsciiDigit) || Value("cpu family") is not { } family
                ? name
                : $"{name} (family {family}, model {Value("model")}, stepping {Value("stepping")})";
        }

        if (Value("CPU part") is not { } part)
        {
            return "unknown processor";
        }

        string? implementer = Value("CPU implementer");
        return implementer == ArmLimited && ArmParts.TryGetValue(part, out string? known) ? known : $"arm64 (implementer {implementer}, part {part})";
    }
}
