# The output is there if, and only if, nothing of the group has to be tried again: a submission that cannot be
# graded for a fault of its student's is an outcome like any other. A job that hangs would be waited for without
# end, so it is watched.
rule grade:
    output:
        "groups/{group}.json",
    log:
        "logs/grade-{group}.log",
    params:
        submissions=lambda wildcards: join(config["groups"][wildcards.group]),
        assignment=join([config["assignment"]]),
        options=join(config["grade"]),
        out=join([OUT]),
        watched=WATCHED,
        patience=config["patience"],
    threads: config["jobs"]
    resources:
        mem_mb=config["memory"],
    retries: config["retries"]
    shell:
        """
        {params.watched} {output}.alive {params.patience} \
            {HOMEWORK} grade --assignment {params.assignment} --out {params.out} --resume -j {threads} \
            --outcomes {output} {params.options} -- {params.submissions} > {log} 2>&1 || test -e {output}
        """
