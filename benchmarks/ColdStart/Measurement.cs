using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using Hashee.Benchmarks.ColdStart.Native;
using Hashee.Benchmarks.ColdStart.Services;
using Hashee.Benchmarks.ColdStart.Workloads;
using Hashee.Emulator;

namespace Hashee.Benchmarks.ColdStart;

/// <summary>
/// Starts programs one at a time, plays Lambda, SQS and Hashee for them, and checks afterwards that each did its work: a run in which
/// anything is wrong has no figures.
/// </summary>
internal sealed class Measurement : IDisposable
{
    /// <summary>Events after the first one in each run.</summary>
    public const int WarmCalls = 10;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // A throttled program gets its next event when no debt of the last one can be left.
    private static readonly TimeSpan ThrottledPause = TimeSpan.FromMilliseconds(60);

    private readonly AwsAccount _account = AwsAccount.CreateRandom();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hashee-cold-start-");
    private readonly RuntimeApi _runtimeApi = new();
    private readonly Cloud _cloud;
    private readonly string _ownRoot;
    private readonly string _builtInRoots;
    private readonly string _systemRoots;
    private readonly string _noRoots;
    private readonly string _output;
    private readonly OwnLibraries _libraries;
    private readonly Dictionary<string, IReadOnlyList<string>> _mapped = [];
    private readonly WebhookWorkload _webhook;
    private readonly LoopWorkload _loop;
    private readonly WorkerWorkload _worker = new();
    private readonly ModelWorkload _model = new();

    public Measurement()
    {
        // Shaped as those of AWS's endpoints, since what they cost a client to verify is part of what is measured.
        using CertificateAuthority root = CertificateAuthority.NewRoot("Cold-start root", rsaBits: 2048);
        using CertificateAuthority intermediate = root.NewIntermediate("Cold-start intermediate");
        _cloud = new Cloud(intermediate.IssueForLoopback());
        _webhook = new WebhookWorkload(_account);
        _loop = new LoopWorkload(_webhook);

        string system = SystemRoots.Pem();
        _ownRoot = Write("own.pem", root.Pem);
        _builtInRoots = Write("built-in.pem", SystemRoots.AmazonPem(system) + root.Pem);
        _systemRoots = Write("system.pem", system + root.Pem);
        _noRoots = _folder.CreateSubdirectory("no-roots").FullName;
        _output = Path.Combine(_folder.FullName, "output");

        // Many file systems for temporary files keep them in memory, where nothing can be evicted.
        _libraries = new OwnLibraries(Path.Combine(AppContext.BaseDirectory, _folder.Name));
    }

    /// <summary>The copies of what a program maps beside its own files, known once it was started with cold libraries.</summary>
    public IReadOnlyList<string> LibrariesOf(MeasuredProgram program) => _libraries.CopiesOf(_mapped.GetValueOrDefault(program.Name, []));

    /// <summary>Starts a program once.</summary>
    /// <exception cref="RunFailedException">It did not do what it has to do.</exception>
    /// <exception cref="IOException">Cold libraries were asked for, and this user may not make mount namespaces.</exception>
    public Sample Measure(MeasuredProgram program, Conditions conditions)
    {
        Workload workload = program.Task switch
        {
            TaskKind.Loop => _loop,
            TaskKind.Webhook => _webhook,
            TaskKind.Worker => _worker,
            TaskKind.Model => _model,
            _ => throw new ArgumentOutOfRangeException(nameof(program)),
        };
        ChildStart start = new(
            program.Executable, program.Arguments, program.Folder, Environment(program, workload, conditions), _output,
            conditions.OneCore || conditions.Megabytes is not null ? Conditions.Core : null);
        if (conditions.ColdLibraries && !_mapped.ContainsKey(program.Name))
        {
            // What it maps is known after a first start.
            Measure(program, conditions with { ColdLibraries = false });
        }

        IReadOnlyList<string> mapped = conditions.ColdLibraries ? _mapped[program.Name] : [];
        Affinity.Avoid(start.Processor is { } processor && System.Environment.ProcessorCount > 1 ? processor : null);
        Call[] calls = [.. Enumerable.Range(0, 1 + WarmCalls).Select(_ => workload.CreateCall())];
        if (conditions.ColdFile)
        {
            PageCache.Evict(program.Files);
        }

        PageCache.Evict(_libraries.CopiesOf(mapped));
        using CpuShare? share = conditions.Megabytes is null ? null : CpuShare.Create();
        using Run run = new(
            calls, share is null ? TimeSpan.Zero : ThrottledPause, share is null ? null : pid => EndInit(pid, share, conditions.Megabytes!.Value));
        _cloud.Begin(run, workload.Devices);
        _runtimeApi.Begin(run);

        // No collection of this process's garbage may fall into the measured time.
        GC.Collect();
        bool quiet = GC.TryStartNoGCRegion(16 * 1024 * 1024);
        ChildProcess process;
        ChildProcess Start() => share is null ? ChildProcess.Start(start) : ChildProcess.StartInGroup(start, share.Folder);
        using (process = conditions.ColdLibraries ? _libraries.Start(mapped, Start) : Start())
        {
            run.Started(process.Pid);
            long startedAt = Stopwatch.GetTimestamp();
            while (!run.Wait(TimeSpan.FromMilliseconds(20)))
            {
                if (process.HasEnded())
                {
                    run.Fail("it ended by itself");
                }
                else if (Stopwatch.GetElapsedTime(startedAt) > Limit)
                {
                    run.Fail($"it was not done after {Limit.TotalSeconds} s");
                }
            }

            if (run.Failure is null && !_mapped.ContainsKey(program.Name))
            {
                Remember(program, process, run);
            }
        }

        if (quiet && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }

        return (run.Failure ?? Check(run, workload, conditions)) is { } problem
            ? throw new RunFailedException(program.Name, problem, File.ReadAllText(_output))
            : run.ToSample(process);
    }

    public void Dispose()
    {
        _runtimeApi.Dispose();
        _cloud.Dispose();
        _worker.Dispose();
        _libraries.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>INIT had one whole processor; now the memory size decides, and above a whole processor's worth there is more than one.</summary>
    private static void EndInit(int pid, CpuShare share, int megabytes)
    {
        if (megabytes > CpuShare.WholeProcessorMegabytes)
        {
            Affinity.Widen(pid);
        }

        share.Limit(megabytes);
    }

    private void Remember(MeasuredProgram program, ChildProcess process, Run run)
    {
        try
        {
            _mapped.Add(program.Name, [.. MappedFiles.Of(process.Pid).Where(path => !IsIn(program.Folder, path))]);
        }
        catch (IOException)
        {
            run.Fail("it ended by itself");
        }
    }

    private static bool IsIn(string folder, string path) => path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string? Check(Run run, Workload workload, Conditions conditions)
    {
        if (conditions.NoEarlyConnection && run.ConnectedEarly)
        {
            return "it connected before the first GET /next, although it was told not to";
        }

        for (int i = 0; i < run.Calls.Count; i++)
        {
            if (workload.Check(run.Calls[i], run.Messages[i], run.Responses[i]!) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private Dictionary<string, string> Environment(MeasuredProgram program, Workload workload, Conditions conditions)
    {
        string memory = (conditions.Megabytes ?? 512).ToString(CultureInfo.InvariantCulture);
        Dictionary<string, string> environment = new(workload.Environment(_cloud.Origin))
        {
            ["PATH"] = "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
            ["LANG"] = "en_US.UTF-8",
            ["TZ"] = ":UTC",
            ["_HANDLER"] = "bootstrap",
            ["LAMBDA_TASK_ROOT"] = program.Folder,
            ["AWS_LAMBDA_RUNTIME_API"] = _runtimeApi.Address,
            ["AWS_LAMBDA_FUNCTION_NAME"] = program.Name,
            ["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST",
            ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = memory,
            ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand",
            ["AWS_LAMBDA_LOG_FORMAT"] = "JSON",
            ["AWS_LAMBDA_LOG_GROUP_NAME"] = $"/aws/lambda/{program.Name}",
            ["AWS_LAMBDA_LOG_STREAM_NAME"] = "2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef",
            ["AWS_REGION"] = _account.Region,
            ["AWS_DEFAULT_REGION"] = _account.Region,
            ["AWS_ACCESS_KEY_ID"] = _account.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = _account.SecretAccessKey,
            ["AWS_SESSION_TOKEN"] = _account.SessionToken!,
        };
        switch (program.Trust)
        {
            case Trust.BuiltIn:
                environment["AWS_CA_BUNDLE"] = _builtInRoots;
                break;
            case Trust.System or Trust.Few:
                // One bundle and no folder of single files, as on Amazon Linux 2023.
                environment["SSL_CERT_FILE"] = program.Trust == Trust.Few ? _builtInRoots : _systemRoots;
                environment["SSL_CERT_DIR"] = _noRoots;
                break;
            case Trust.Node:
                environment["NODE_EXTRA_CA_CERTS"] = _ownRoot;
                break;
        }

        if (conditions.NoEarlyConnection)
        {
            environment["HASHEE_EARLY_CONNECTION"] = "off";
        }

        return environment;
    }

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
