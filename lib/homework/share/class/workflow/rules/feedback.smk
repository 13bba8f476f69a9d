# A page that cannot be printed, as where no font has a student's letters, is not printed by a second try either.
rule feedback:
    input:
        "groups/{group}.json",
    output:
        touch("feedback/{group}"),
    log:
        "logs/feedback-{group}.log",
    params:
        students=lambda wildcards: join(config["students"][wildcards.group]),
        options=join(config["feedback"]),
        out=join([OUT]),
    resources:
        mem_mb=config["memory_each"],
    shell:
        "{HOMEWORK} feedback {params.out} {params.options} --students {params.students} > {log} 2>&1"
