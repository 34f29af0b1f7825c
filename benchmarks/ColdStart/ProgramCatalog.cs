namespace Hashee.Benchmarks.ColdStart;

/// <summary>The programs that can be measured on this machine, and why the others cannot.</summary>
internal sealed class ProgramCatalog
{
    private readonly List<MeasuredProgram> _present = [];
    private readonly List<MissingProgram> _missing = [];

    private ProgramCatalog()
    {
    }

    /// <summary>In the order of the report: our own, the floors, the peers.</summary>
    public IReadOnlyList<MeasuredProgram> Present => _present;

    /// <summary>What is left out.</summary>
    public IReadOnlyList<MissingProgram> Missing => _missing;

    /// <summary>All names, of what is there and of what is missing.</summary>
    public IEnumerable<string> Names => _present.Select(static program => program.Name).Concat(_missing.Select(static program => program.Name));

    /// <summary>The name of the program that ratios refer to.</summary>
    public const string Floor = "bare-aot";

    /// <summary>Looks what <c>./build.sh</c> and <c>benchmarks/peers/build.sh</c> have left.</summary>
    /// <param name="artifacts">The repository's folder of that name.</param>
    public static ProgramCatalog Find(string artifacts)
    {
        ProgramCatalog catalog = new();
        catalog.AddOwn(artifacts, "webhook", "this project's webhook", TaskKind.Webhook, Trust.BuiltIn);
        catalog.AddOwn(artifacts, "worker", "this project's worker", TaskKind.Worker, Trust.System);
        catalog.AddPeer(artifacts, "c", "C loop that does nothing: the machine's floor", TaskKind.Loop, Trust.None);
        catalog.AddPeer(artifacts, "bare-aot", "C# AOT loop that does nothing: the .NET floor", TaskKind.Loop, Trust.None);
        catalog.AddPeer(artifacts, "http-client", "HttpClient, System.Text.Json, AOT", TaskKind.Webhook, Trust.System);
        catalog.AddPeer(artifacts, "http-client-jit", "the same on the JIT", TaskKind.Webhook, Trust.System, "dotnet", "HttpClientPeer.dll");
        catalog.AddPeer(
            artifacts, "node", "Node, AWS SDK, AWS's runtime client", TaskKind.Webhook, Trust.Node,
            "node", Path.Combine(artifacts, "peers", "node.runtime", "bin", "index.mjs"), "index.handler");
        catalog.AddPeer(artifacts, "go", "Go, AWS SDK, net/http", TaskKind.Webhook, Trust.System);
        catalog.AddPeer(artifacts, "runtime-support", "RuntimeSupport, AWSSDK.SQS, NSec, AOT", TaskKind.Webhook, Trust.System);
        return catalog;
    }

    private void AddOwn(string artifacts, string name, string title, TaskKind task, Trust trust)
    {
        string folder = Path.Combine(artifacts, "host", name);
        string bootstrap = Path.Combine(folder, "bootstrap");
        if (File.Exists(bootstrap))
        {
            const string versions = "net10.0 Native AOT";
            _present.Add(new MeasuredProgram(name, title, versions, task, trust, bootstrap, [], folder));
        }
        else
        {
            _missing.Add(new MissingProgram(name, $"{bootstrap} does not exist: run ./build.sh cold-start"));
        }
    }

    private void AddPeer(string artifacts, string name, string title, TaskKind task, Trust trust, string? host = null, params string[] arguments)
    {
        string folder = Path.Combine(artifacts, "peers", name);
        string reason = folder + ".missing";
        string versions = folder + ".versions";
        if (File.Exists(reason))
        {
            _missing.Add(new MissingProgram(name, File.ReadAllText(reason).Trim()));
        }
        else if (!File.Exists(versions))
        {
            _missing.Add(new MissingProgram(name, "it is not built: run benchmarks/peers/build.sh"));
        }
        else if ((host is null ? Path.Combine(folder, "bootstrap") : FindOnPath(host)) is { } executable)
        {
            _present.Add(new MeasuredProgram(name, title, File.ReadAllText(versions).Trim(), task, trust, executable, arguments, folder));
        }
        else
        {
            _missing.Add(new MissingProgram(name, $"there is no {host} on the PATH"));
        }
    }

    /// <summary>The file behind a command, links followed: what the kernel executes.</summary>
    private static string? FindOnPath(string command) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, command))
        .Where(File.Exists)
        .Select(static path => new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path)
        .FirstOrDefault();
}

/// <summary>A program that is left out.</summary>
/// <param name="Name">As in <c>--programs</c>.</param>
/// <param name="Reason">What this machine lacks.</param>
internal sealed record MissingProgram(string Name, string Reason);
