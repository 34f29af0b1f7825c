using System.Globalization;

namespace Hashee.Benchmarks.ColdStart.Native;

/// <summary>
/// A control group with the share of a processor that Lambda gives a memory size: memory / 1769 MB of one, in periods of 20 ms.
/// A new group has no limit, as INIT has none, and every start needs a new one: a group keeps the debt of who was in it.
/// </summary>
internal sealed class CpuShare : IDisposable
{
    /// <summary>Megabytes that come with one whole processor ("Configure Lambda function memory").</summary>
    public const int WholeProcessorMegabytes = 1769;

    private const int PeriodMicroseconds = 20_000;
    private static int _created;

    private readonly Hierarchy _hierarchy;

    private CpuShare(Hierarchy hierarchy)
    {
        _hierarchy = hierarchy;
        Folder = Directory.CreateDirectory(Path.Combine(
            hierarchy.Root, string.Create(CultureInfo.InvariantCulture, $"hashee-{Environment.ProcessId}-{++_created}"))).FullName;
        if (!hierarchy.IsUnified)
        {
            Write("cpu.cfs_period_us", PeriodMicroseconds.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Processes are moved here.</summary>
    public string Folder { get; }

    /// <summary>Finds out whether this machine lets this user limit processors.</summary>
    /// <returns>Null when it does, otherwise why not.</returns>
    public static string? WhyUnavailable()
    {
        try
        {
            using CpuShare probe = Create();
            probe.Limit(WholeProcessorMegabytes / 2);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }

    /// <summary>Makes a group without a limit.</summary>
    /// <exception cref="IOException">The machine has no cpu controller to use.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not make groups.</exception>
    public static CpuShare Create() => new(Hierarchy.Find());

    /// <summary>Makes a group in a hierarchy that is known.</summary>
    /// <param name="root">Its folder.</param>
    /// <param name="isUnified">Whether it is one of version 2.</param>
    public static CpuShare CreateIn(string root, bool isUnified) => new(new Hierarchy(root, isUnified));

    /// <summary>The quota of a memory size, in microseconds per period.</summary>
    public static long Quota(int megabytes) => (long)PeriodMicroseconds * megabytes / WholeProcessorMegabytes;

    /// <summary>From now on the group gets the share of a memory size.</summary>
    public void Limit(int megabytes)
    {
        string quota = Quota(megabytes).ToString(CultureInfo.InvariantCulture);
        if (_hierarchy.IsUnified)
        {
            Write("cpu.max", string.Create(CultureInfo.InvariantCulture, $"{quota} {PeriodMicroseconds}"));
        }
        else
        {
            Write("cpu.cfs_quota_us", quota);
        }
    }

    /// <summary>Removes the group; its processes must have been reaped.</summary>
    public void Dispose()
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(Folder);
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                // Busy until the kernel has let go of the last process.
                Thread.Sleep(1);
            }
        }
    }

    private void Write(string file, string value) => File.WriteAllText(Path.Combine(Folder, file), value);

    /// <summary>Where groups are made: the mount of version 1's cpu controller, or of version 2 when it controls cpu.</summary>
    private readonly record struct Hierarchy(string Root, bool IsUnified)
    {
        public static Hierarchy Find()
        {
            string? unified = null;
            foreach (string line in File.ReadLines("/proc/self/mounts"))
            {
                string[] fields = line.Split(' ');
                switch (fields[2])
                {
                    case "cgroup" when fields[3].Split(',').Contains("cpu"):
                        return new Hierarchy(fields[1], IsUnified: false);
                    case "cgroup2":
                        unified = fields[1];
                        break;
                }
            }

            if (unified is null || !File.ReadAllText(Path.Combine(unified, "cgroup.controllers")).Split([' ', '\n']).Contains("cpu"))
            {
                throw new IOException("no mounted control group hierarchy has the cpu controller");
            }

            string enabled = Path.Combine(unified, "cgroup.subtree_control");
            if (!File.ReadAllText(enabled).Split([' ', '\n']).Contains("cpu"))
            {
                File.WriteAllText(enabled, "+cpu");
            }

            return new Hierarchy(unified, IsUnified: true);
        }
    }
}
