using System.Reflection;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using Hashee.Benchmarks.ColdStart;
using Hashee.Benchmarks.Suites;

const string Publish = "--publish";

if (args is ["cold-start", ..])
{
    return ColdStartCommand.Run(args);
}

bool publish = args.Contains(Publish);
args = [.. args.Where(static argument => argument != Publish)];
IEnumerable<Summary> summaries = BenchmarkSwitcher
    .FromAssembly(Assembly.GetExecutingAssembly())
    .Run(args is [] ? ["--filter", "*"] : args, SuiteConfiguration.Create(args, publish));
bool succeeded = summaries.All(static summary =>
    !summary.HasCriticalValidationErrors && summary.Reports.All(static report => report.Success));
return succeeded ? 0 : 1;
