using Hashee.Benchmarks.ColdStart;
using Hashee.Benchmarks.ColdStart.Reports;

namespace Hashee.Benchmarks.Tests;

public sealed class MachineTests
{
    [Theory]
    [InlineData("cpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\nstepping\t: 1\n", "AMD EPYC (family 26, model 2, stepping 1)")]
    [InlineData("cpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC 7R13  Processor\nstepping\t: 1\n", "AMD EPYC 7R13 Processor")]
    [InlineData("processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n\nprocessor\t: 1\nCPU part\t: 0xd40\n", "Arm Neoverse N1")]
    [InlineData("CPU implementer\t: 0x61\nCPU part\t: 0x022\n", "arm64 (implementer 0x61, part 0x022)")]
    [InlineData("", "unknown processor")]
    public void A_processor_is_named_so_that_its_model_is_known(string information, string name) =>
        Assert.Equal(name, Machine.NameProcessor(information.Split('\n')));

    [Theory]
    [InlineData("AMD EPYC (family 26, model 2, stepping 1)", "AMD-EPYC")]
    [InlineData("Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz", "Intel-R-Xeon-R-Platinum-8375C-CPU-2.90GHz")]
    [InlineData("", "unknown-processor")]
    public void A_processors_name_makes_a_folders_name(string processor, string folder) =>
        Assert.Equal(folder, (Reports.Sample().Machine with { Processor = processor }).FolderName);

    [Fact]
    public void This_machine_says_what_programs_are_built_with_and_load()
    {
        Machine machine = Machine.Current(Repository.FindRoot());

        Assert.Matches(@"^net\d+\.0, \.NET \d+\.\d+\.\d+, SDK \d+\.\d+\.\d+, OpenSSL 3\.\d+\.\d+, glibc 2\.\d+$", machine.Software);
        Assert.True(machine.RootCertificates > 5);
    }
}
