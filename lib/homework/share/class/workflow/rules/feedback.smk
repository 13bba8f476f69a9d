# A page that cannot be printed, as where no font has a student's letters, is an outcome: it would not be printed by
# a second try either. A job that is killed or hangs has none, and is tried again.
rule feedback:
    input:
        "groups/{group}.json",
    output:
        "feedback/{group}.json",
    log:
        "logs/feedback-{group}.log",
    params:
        students=lambda wildcards: join(config["students"][wildcards.group]),
        options=join(config["feedback"]),
        out=join([OUT]),
        watched=WATCHED,
        patience=config["patience"],
    resources:
        mem_mb=config["memory_of_pages"],
    retries: config["retries"]
    shell:
        """
        {params.watched} {output}.alive {params.patience} \
            {HOMEWORK} feedback {params.out} {params.options} --outcomes {output} \
            --students {params.students} > {log} 2>&1 || test -e {output}
        """
