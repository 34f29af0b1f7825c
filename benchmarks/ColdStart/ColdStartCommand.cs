using System.CommandLine;

namespace Hashee.Benchmarks.ColdStart;

internal static class ColdStartCommand
{
    public static RootCommand Create()
    {
        RootCommand c = new("x");
        c.SetAction(_ =>
        {
            using Measurement m = new();
            ProgramCatalog catalog = ProgramCatalog.Find("/work/main/artifacts");
            foreach (MissingProgram x in catalog.Missing)
            {
                Console.WriteLine(x);
            }

            for (int i = 0; i < 6; i++)
            {
                foreach (MeasuredProgram p in catalog.Present)
                {
                    try
                    {
                        Sample s = m.Measure(p, new Conditions());
                        Console.WriteLine($"{p.Name,-16} {s.Next:F2} {s.Wire:F2} {s.Response:F2} {s.FirstCall:F2} {string.Join(' ', s.WarmCalls.Select(w => w.ToString("F2")))} {s.AtNext} {s.AfterFirst}");
                    }
                    catch (RunFailedException e)
                    {
                        Console.WriteLine(e.Message);
                    }
                }
            }
        });
        return c;
    }
}
