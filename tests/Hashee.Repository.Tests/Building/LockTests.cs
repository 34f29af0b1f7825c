using System.Text.Json;
using System.Xml.Linq;

namespace Hashee.Repository.Tests.Building;

/// <summary>That every package is locked: what is restored in continuous integration is, byte for byte, what was looked at.</summary>
public sealed class LockTests
{
    private static readonly string[] Machines = ["linux-x64", "linux-arm64"];

    [Fact]
    public void Every_project_has_its_lock_file() => Assert.All(
        Projects(), static project => Assert.True(Repository.Exists($"{Path.GetDirectoryName(project)}/packages.lock.json"), $"{project} is not locked"));

    [Fact]
    public void What_native_binaries_are_made_of_is_locked_for_each_machine_and_nothing_else()
    {
        IEnumerable<string> expected = Projects()
            .Where(static project => Repository.Read(project).Contains("NativeAot.targets", StringComparison.Ordinal))
            .SelectMany(static project => Repository.Closure(Path.GetDirectoryName(project)!))
            .Distinct()
            .SelectMany(static folder => Machines.Select(machine => $"{Path.GetFileName(folder)}.{machine}.json"));

        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Repository.PathOf("eng/locks")).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_locked_package_has_the_version_that_is_pinned_and_the_hash_of_its_content()
    {
        Dictionary<string, string> pinned = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(static item => item.Attribute("Include")!.Value, static item => item.Attribute("Version")!.Value, StringComparer.OrdinalIgnoreCase);
        int count = 0;
        foreach (string project in Projects())
        {
            using JsonDocument locked = JsonDocument.Parse(Repository.Read($"{Path.GetDirectoryName(project)}/packages.lock.json"));
            foreach (JsonProperty package in locked.RootElement.GetProperty("dependencies").EnumerateObject().Single().Value.EnumerateObject())
            {
                if (package.Value.GetProperty("type").GetString() == "Project")
                {
                    continue;
                }

                count++;
                Assert.NotEqual("", package.Value.GetProperty("contentHash").GetString());
                if (pinned.TryGetValue(package.Name, out string? version))
                {
                    Assert.Equal((package.Name, version), (package.Name, package.Value.GetProperty("resolved").GetString()));
                }
            }
        }

        Assert.InRange(count, pinned.Count, int.MaxValue);
    }

    [Fact]
    public void Continuous_integration_restores_what_is_locked_or_nothing()
    {
        XElement properties = XDocument.Parse(Repository.Read("Directory.Build.targets")).Root!.Element("PropertyGroup")!;

        Assert.Equal("true", properties.Element("RestorePackagesWithLockFile")!.Value);
        Assert.Equal("true", properties.Element("RestoreLockedMode")!.Value);
        Assert.Contains("'$(CI)' == 'true'", properties.Element("RestoreLockedMode")!.Attribute("Condition")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Continuous_integration_has_the_SDK_that_the_packages_are_locked_with()
    {
        string locked = XDocument.Parse(Repository.Read("Directory.Build.targets")).Descendants("LockedSdk").Single().Value;

        Assert.Contains($"dotnet-version: {locked} ", Repository.Read(".github/workflows/ci.yml"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Projects() => Repository.Read("Hashee.Aot.sln").Split('"')
        .Where(static text => text.EndsWith(".csproj", StringComparison.Ordinal))
        .Select(static path => path.Replace('\\', '/'));
}
